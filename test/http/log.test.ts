import { afterEach, describe, expect, it, vi } from 'vitest';
import { writeLog } from '../../lib/http/log.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('writeLog', () => {
  it('writes one line, whatever line ends are in the texts', () => {
    const output = vi.spyOn(console, 'log').mockReturnValue();
    writeLog({ path: '/a\nb', n: 1 });
    expect(output.mock.calls).toEqual([['{"path":"/a\\nb","n":1}']]);
  });
});
