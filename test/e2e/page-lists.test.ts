import { existsSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CHROMIUM, openTab, type Tab } from '../support/chromium.js';
import { PAGE_KEY, type PageServer, startPageServer } from '../support/page-server.js';

let page: PageServer;
let tab: Tab;

const text = async (selector: string): Promise<string> =>
  z.string().parse(await tab.evaluate(`document.querySelector('${selector}').innerText`));

/** Open the page with a key that was kept. */
async function open(): Promise<void> {
  await tab.goTo(page.origin);
}

const shown = (): Promise<void> => tab.until(`document.querySelector('#updated').innerText !== ''`);

const SECTIONS = ['incidents', 'causes', 'components', 'freezes', 'rules'];
const HOSTILE = `"><img src=x onerror="document.title='broken'"><script>document.title='broken'</script>`;

describe.skipIf(!existsSync(CHROMIUM))(`the page's lists (needs ${CHROMIUM})`, () => {
  beforeAll(async () => {
    page = await startPageServer();
    tab = await openTab();
  });

  afterAll(async () => {
    await tab.close();
    await page.close();
  });

  beforeEach(async () => {
    page.reset();
    await tab.resize(1280, 900, false);
    await tab.goTo(`${page.origin}/style.css`);
    await tab.evaluate(
      `localStorage.clear(); sessionStorage.setItem('forestall.key', '${PAGE_KEY}')`,
    );
  });

  it('shows windows, freezes, rules, causes, and what can be healed, without breaking the policy', async () => {
    const before = tab.complaints.length;
    await open();
    await shown();
    const freezes = await text('#freezes');
    expect(freezes).toMatch(/nightly\s+○ closed\s+next 2026-11-28 02:30 to 2026-11-28 04:00/);
    expect(freezes).toContain('open for good: it never closes');
    expect(freezes).toContain('no time zone is called Mars/Base');
    expect(freezes).toMatch(/freeze\s+○ to come/);
    const rules = await text('#rules');
    expect(rules).toContain('and memory_usage is above 80, and the incident opens between 22:00');
    expect(rules).toContain('Plan: restart, then ask a person. At most 1 restart an hour.');
    expect(await text('#causes')).toContain('3 of 4 components of group web rise alike in memory');
    const components = await text('#components');
    expect(components).toContain('rollback, rollback of the configuration: render: there is no');
    expect(components).toContain('standby: catalogue');
    // A browser asks for an icon that there is not.
    const complaints = tab.complaints.slice(before).filter((one) => !one.includes('favicon.ico'));
    expect(complaints).toEqual([]);
  });

  it('shows the reader the same instants on the reader’s own clock', async () => {
    await open();
    await shown();
    const [own, browser] = z.array(z.string()).parse(
      await tab.evaluate(`[
        document.querySelector('#freezes time[datetime="2026-11-28T01:30:00.000Z"]').innerText,
        new Date('2026-11-28T01:30:00.000Z').toLocaleString(),
      ]`),
    );
    expect(own).toBe(browser);
  });

  it('says what a key without the scope admin may not see, and shows the rest', async () => {
    page.instead.set('/api/admin/', 403);
    await open();
    await shown();
    expect(await text('#freezes')).toBe(
      '○ Maintenance windows and freezes are not shown: that needs a key with the scope admin.',
    );
    expect(await text('#rules')).toBe(
      '○ Healing rules are not shown: that needs a key with the scope admin.',
    );
    expect(await text('#components')).toContain('payments');
    expect(await tab.evaluate(`document.querySelector('#notice').checkVisibility()`)).toBe(false);
  });

  it('says which list cannot be read, shows the rest, and recovers', async () => {
    page.instead.set('/api/admin/rules', 500);
    await open();
    await shown();
    expect(await text('#rules')).toMatch(/^✕ Healing rules could not be read\..+status 500\.$/);
    expect(await text('#freezes')).toContain('nightly');
    expect(await tab.evaluate(`document.querySelector('#notice').checkVisibility()`)).toBe(false);
    page.instead.clear();
    await tab.until(`document.querySelectorAll('#rules tbody tr').length === 3`);
  }, 60_000);

  it('says of each list that is empty that it is', async () => {
    const { health, details } = page.answers;
    const none = { components: [], incidents: [], common_causes: [], rules: [] };
    page.answers = { health, details, ...none, maintenance_windows: [], freezes: [] };
    await open();
    await shown();
    for (const id of SECTIONS) expect(await text(`#${id}`)).toMatch(/^None/);
  });

  it('shows hostile texts as texts, wherever they stand', async () => {
    const hostile = (key: string, value: unknown): unknown =>
      typeof value === 'string' && !/(^|_)(at|from|until|id)$/.test(key)
        ? `${value}${HOSTILE}\u202e`
        : value;
    page.answers = JSON.parse(JSON.stringify(page.answers, hostile));
    await open();
    await shown();
    expect(await tab.evaluate(`document.querySelectorAll('img, main script').length`)).toBe(0);
    expect(await tab.evaluate('document.title')).toBe('Forestall');
    // Nothing turns the direction of what stands beside it.
    expect(await tab.evaluate(`document.body.textContent.includes('\\u202e')`)).toBe(false);
    for (const id of SECTIONS) expect(await text(`#${id}`)).toContain('<img src=x');
  });

  it.each([
    { width: 380, dark: false },
    { width: 380, dark: true },
    { width: 1280, dark: false },
  ])('fits $width px, also with names that are long (dark: $dark)', async ({ width, dark }) => {
    const long = (key: string, value: unknown): unknown =>
      ['name', 'component', 'group', 'why', 'zone'].includes(key) && typeof value === 'string'
        ? `${value}${'x'.repeat(128 - Math.min(128, value.length))}`
        : value;
    page.answers = JSON.parse(JSON.stringify(page.answers, long));
    await tab.resize(width, 900, dark);
    await open();
    await shown();
    expect(
      await tab.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      ),
    ).toBe(0);
    expect(
      await tab.evaluate(`[...document.querySelectorAll('td, th, article')]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.checkVisibility())
        .filter((one) => one.closest('thead') === null).length`),
    ).toBe(0);
  });

  it.each([380, 1280])(
    'does not jump while it reads, nor when it reads again (%d px)',
    async (width) => {
      await tab.resize(width, 900, false);
      page.delayMs = 200;
      await open();
      await tab.evaluate(`
      window.jumps = [];
      new PerformanceObserver((list) => window.jumps.push(...list.getEntries().flatMap((one) =>
          one.sources.map(({ node }) => one.value + ' ' + node?.nodeName + ' ' + node?.textContent.slice(0, 50)))))
        .observe({ type: 'layout-shift', buffered: true });
      window.before = null`);
      await shown();
      await tab.evaluate(`
      window.before = document.querySelector('#rules table');
      document.querySelector('#rules').scrollIntoView();
      window.at = scrollY`);
      const read = page.asked.length;
      await tab.until(
        `document.querySelector('#updated').innerText !== ${JSON.stringify(await text('#updated'))}`,
      );
      expect(page.asked.length).toBeGreaterThan(read);
      expect(await tab.evaluate(`window.before === document.querySelector('#rules table')`)).toBe(
        true,
      );
      expect(await tab.evaluate('scrollY === window.at && scrollY > 0')).toBe(true);
      expect(await tab.evaluate('window.jumps')).toEqual([]);
    },
    60_000,
  );

  it('reads what people have laid down more rarely than the rest', async () => {
    await open();
    await shown();
    await tab.until(
      `document.querySelector('#updated').innerText !== ${JSON.stringify(await text('#updated'))}`,
    );
    const asked = (path: string) => page.asked.filter((one) => one.startsWith(path)).length;
    expect(asked('/api/health')).toBeGreaterThan(1);
    expect(asked('/api/admin/rules')).toBe(1);
  }, 60_000);
});
