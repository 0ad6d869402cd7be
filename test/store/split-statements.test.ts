import { describe, expect, it } from 'vitest';
import { splitStatements } from '../../lib/store/split-statements.js';

describe('splitStatements', () => {
  it.each([
    { what: 'nothing', text: '', statements: [] },
    { what: 'blanks and semicolons', text: ' ;\n ; ', statements: [] },
    { what: 'one without an end', text: 'select 1', statements: ['select 1'] },
    { what: 'two', text: 'select 1;\nselect 2;\n', statements: ['select 1', 'select 2'] },
    {
      what: 'a quoted semicolon',
      text: `select 'a;b''c;'; select 2`,
      statements: [`select 'a;b''c;'`, 'select 2'],
    },
    {
      what: 'a name with a semicolon',
      text: 'select 1 as "a;b""c;"; select 2',
      statements: ['select 1 as "a;b""c;"', 'select 2'],
    },
    {
      what: 'a dollar-quoted body',
      text: 'do $$ begin; end; $$; select 2',
      statements: ['do $$ begin; end; $$', 'select 2'],
    },
    {
      what: 'a body with a tag, and another inside',
      text: 'do $body$ select $$;$$; $body$; select 2',
      statements: ['do $body$ select $$;$$; $body$', 'select 2'],
    },
    {
      what: 'comments with semicolons',
      text: 'select 1 -- a;b\n; /* c;d */ select 2',
      statements: ['select 1 -- a;b', '/* c;d */ select 2'],
    },
    { what: 'comments alone', text: '-- a;\n/* b; */', statements: [] },
    {
      what: 'a parameter, which is no quote',
      text: 'select $1; select $2',
      statements: ['select $1', 'select $2'],
    },
  ])('parts $what', ({ text, statements }) => {
    expect(splitStatements(text)).toEqual(statements);
  });
});
