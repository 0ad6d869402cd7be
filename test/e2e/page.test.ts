import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CHROMIUM, openTab, type Tab } from '../support/chromium.js';
import { PAGE_KEY as KEY, type PageServer, startPageServer } from '../support/page-server.js';

let page: PageServer;
let tab: Tab;

const text = async (selector: string): Promise<string> =>
  z.string().parse(await tab.evaluate(`document.querySelector('${selector}').innerText`));

async function submit(key: string, remember: boolean): Promise<void> {
  await tab.until(`document.querySelector('#key-form').checkVisibility()`);
  await tab.evaluate(`
    document.querySelector('#key').value = ${JSON.stringify(key)};
    document.querySelector('#remember').checked = ${remember};
    document.querySelector('#key-form button').click();`);
}

const COMPONENTS_SHOWN = `document.querySelectorAll('#components tbody tr').length === 4`;

describe.skipIf(!existsSync(CHROMIUM))(`the page (needs ${CHROMIUM})`, () => {
  beforeAll(async () => {
    page = await startPageServer();
    tab = await openTab();
  });

  afterAll(async () => {
    await tab.close();
    await page.close();
  });

  beforeEach(async () => {
    // A document of the same origin without our script: it shares the storage and sends nothing.
    await tab.goTo(`${page.origin}/style.css`);
    await tab.evaluate('sessionStorage.clear(); localStorage.clear()');
    page.reset();
    await tab.goTo(page.origin);
    await tab.until(`document.querySelector('#key-form').checkVisibility()`);
  });

  it('asks for a key before it asks the server for anything', async () => {
    expect(page.asked).toEqual([]);
    expect(await tab.evaluate(`document.activeElement.id`)).toBe('key');
    expect(await tab.evaluate(`document.querySelector('#board').checkVisibility()`)).toBe(false);
  });

  it('shows the installation, the incidents and all components, without breaking its policy', async () => {
    const before = tab.complaints.length;
    await submit(KEY, false);
    await tab.until(COMPONENTS_SHOWN);
    expect(await text('#status')).toBe(
      '4 components, 1 failing; 2 open incidents; 1 needs a person; 1 common cause; 3 windows or freezes open.',
    );
    expect(await text('#installation')).toMatch(/Last sweep\s+● 12 s ago/);
    expect(await text('#components')).toMatch(
      /payments\s*incident[\s\S]+critical · 93 % · < 1 hour/,
    );
    const incidents = await text('#incidents');
    expect(incidents).toContain('A person is needed.');
    expect(incidents).toContain('action class: the mode is approve');
    expect(incidents).toMatch(/restart\s+next/);
    expect(incidents).toContain('seen by ann');
    // What the server tells is text, whatever it looks like.
    expect(incidents).toContain('<b>v42</b>');
    expect(await tab.evaluate(`document.querySelectorAll('#incidents b').length`)).toBe(0);
    expect(tab.complaints.slice(before)).toEqual([]);
  });

  it.each([
    { remember: false, session: KEY, local: null },
    { remember: true, session: null, local: KEY },
  ])('keeps the key where it was told to: remember $remember', async ({ remember, ...kept }) => {
    await submit(KEY, remember);
    await tab.until(COMPONENTS_SHOWN);
    expect(
      await tab.evaluate(`({
        session: sessionStorage.getItem('forestall.key'),
        local: localStorage.getItem('forestall.key'),
      })`),
    ).toEqual(kept);
    expect(await tab.evaluate('location.href')).toBe(`${page.origin}/`);
    await tab.goTo(page.origin);
    await tab.until(COMPONENTS_SHOWN);
  });

  it('forgets the key, and what it showed, when told to', async () => {
    await submit(KEY, true);
    await tab.until(COMPONENTS_SHOWN);
    await tab.evaluate(`document.querySelector('#forget').click()`);
    expect(await tab.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    expect(await tab.evaluate(`document.querySelector('#key-form').checkVisibility()`)).toBe(true);
    expect(await tab.evaluate(`document.querySelectorAll('tr, article').length`)).toBe(0);
  });

  it('asks again for a key that the server does not accept', async () => {
    await submit('wrong', true);
    await tab.until(`document.querySelector('#notice').innerText.includes('not accepted')`);
    expect(await tab.evaluate('localStorage.length')).toBe(0);
    expect(await tab.evaluate(`document.querySelector('#key-form').checkVisibility()`)).toBe(true);
  });

  it('does not send what cannot be a key', async () => {
    await submit('two words', false);
    await tab.until(`document.querySelector('#notice').innerText.includes('not a key')`);
    expect(page.asked).toEqual([]);
  });

  it('refreshes by itself, says what is wrong, keeps the last state, and recovers', async () => {
    await submit(KEY, false);
    await tab.until(COMPONENTS_SHOWN);
    page.instead.set('/api/', 503);
    await tab.until(`document.querySelector('#notice').innerText.includes('unavailable')`);
    expect(await tab.evaluate(COMPONENTS_SHOWN)).toBe(true);
    page.instead.clear();
    await tab.until(`!document.querySelector('#notice').checkVisibility()`);
  }, 90_000);
});
