const ESCAPED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Join as many pieces as fit, with a sign that something is missing where not all do. */
function joined(pieces: readonly string[], max: number): string {
  const whole = pieces.join('');
  if (whole.length <= max) return whole;
  let kept = '';
  for (const piece of pieces) {
    if (kept.length + piece.length > max - 1) break;
    kept += piece;
  }
  return `${kept}…`;
}

/**
 * Write plain text as Slack's mrkdwn, cut to a length: what would be a mention, a link or an entity is shown
 * as it is, and neither an entity nor a character is cut in two. It is one line: what others have written
 * must not look like another one of ours.
 *
 * @param max - UTF-16 code units of the result, at most; at least 1
 * @see https://api.slack.com/reference/surfaces/formatting#escaping
 */
export function mrkdwn(text: string, max: number): string {
  // No piece is shorter than the code unit it stands for, so what lies beyond `max` is not needed.
  const line = text.replace(/\s+/g, ' ').slice(0, max + 1);
  const pieces = Array.from(line, (one) => ESCAPED[one] ?? one);
  return joined(pieces, max);
}
