import { describe, expect, it } from 'vitest';
import { openScreen } from '../../../lib/local/stage/screen.js';

function screen(isTTY: boolean, columns: number) {
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
  };
  return { written, screen: openScreen({ isTTY, columns, write }) };
}

describe('openScreen', () => {
  it('breaks long lines at spaces, and indents what follows', () => {
    const { written, screen: one } = screen(false, 60);
    one.line(`${'word '.repeat(14)}end`, 4);
    expect(written.join('').split('\n')).toEqual([
      'word '.repeat(12).trim(),
      '    word word end',
      '',
    ]);
  });

  it('leaves a word whole that is longer than a line', () => {
    const { written, screen: one } = screen(false, 60);
    one.line('x'.repeat(80), 4);
    expect(written).toEqual([`${'x'.repeat(80)}\n`]);
  });

  it('redraws the status in place on a terminal, and wipes it before a line', () => {
    const { written, screen: one } = screen(true, 60);
    one.status('first');
    one.status('y'.repeat(100));
    one.line('event');
    expect(written).toEqual(['\r\x1b[Kfirst', `\r\x1b[K${'y'.repeat(58)}…`, '\r\x1b[Kevent\n']);
  });

  it('tells the status of a pipe in plain lines, not every time', () => {
    const { written, screen: one } = screen(false, 60);
    one.status('first');
    one.status('second');
    expect(written).toEqual(['first\n']);
  });
});
