import { describe, expect, it } from 'vitest';
import { byCaller } from '../../lib/http/by-caller.js';
import { keyEndpoint } from '../../lib/http/key-endpoint.js';
import { isWrapped } from '../../lib/http/wrapped.js';
import { testInstallation } from '../support/http-deps.js';

const { deps } = testInstallation();
const wrapped = keyEndpoint(
  () => deps,
  { scope: 'read' },
  () => null,
);

describe('isWrapped', () => {
  it('knows what came from a wrapper, and what was joined of such', () => {
    expect(isWrapped(wrapped)).toBe(true);
    expect(isWrapped(byCaller({ key: wrapped }))).toBe(true);
  });

  it.each([
    ['a bare handler', async () => new Response()],
    ['a function around a wrapped one', (request: Request) => wrapped(request)],
    ['an object', { wrapped: true }],
    ['a text', 'wrapped'],
    ['null', null],
    ['undefined', undefined],
  ])('is not taken in by %s', (_, exported) => {
    expect(isWrapped(exported)).toBe(false);
  });
});
