import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mrkdwn } from '../../../lib/notify/slack/mrkdwn.js';

describe('mrkdwn', () => {
  it.each([
    ['<!channel> & <@U1>', 100, '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a<b', 5, 'a…'],
    ['a<b', 6, 'a&lt;b'],
    ['a😀b', 3, 'a…'],
    ['v1\n\n*Approval needed:* yes\r\u2028x', 100, 'v1 *Approval needed:* yes x'],
    ['', 1, ''],
  ])('writes %j within %d as %j', (text, max, written) => {
    expect(mrkdwn(text, max)).toBe(written);
  });

  it('never is too long, never cuts an entity or a character, and leaves no markup', () => {
    const characters = fc.constantFrom('<', '>', '&', 'a', ' ', '😀', '@', '!');
    fc.assert(
      fc.property(fc.array(characters), fc.integer({ min: 1, max: 40 }), (list, max) => {
        const written = mrkdwn(list.join(''), max);
        expect(written.length).toBeLessThanOrEqual(max);
        expect(written).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
        expect(written).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });
});
