import { type AdminLists, adminLists } from './admin-lists.js';
import type { HealthAnswer } from './answers.js';
import { readAnswers } from './api.js';
import { board, byId } from './board.js';
import { forgetKey, type KeyPlace, keepKey, looksLikeKey, memoryPlace, readKey } from './key.js';
import { type Refresher, startRefresher } from './refresher.js';
import type { Trouble } from './trouble.js';
import { view } from './view.js';

// A browser that blocks storage throws at the mere mention of it.
function placeOr(storage: () => KeyPlace): KeyPlace {
  try {
    return storage();
  } catch {
    return memoryPlace();
  }
}

const places = { session: placeOr(() => sessionStorage), device: placeOr(() => localStorage) };
const form = byId('key-form', HTMLFormElement);
const input = byId('key', HTMLInputElement);
const remember = byId('remember', HTMLInputElement);
const forget = byId('forget', HTMLButtonElement);
const notice = byId('notice', HTMLElement);
const updated = byId('updated', HTMLElement);
const boardElement = byId('board', HTMLElement);
const shown = board();
let refresher: Refresher | null = null;

function say(text: string): void {
  notice.hidden = text === '';
  // Set only when it changes, or a screen reader would read it out at each try.
  if (notice.textContent !== text) notice.textContent = text;
}

function ask(why: string): void {
  refresher?.stop();
  refresher = null;
  shown.clear();
  updated.textContent = '';
  boardElement.hidden = true;
  forget.hidden = true;
  form.hidden = false;
  say(why);
  input.focus();
}

async function refresh(key: string, admin: AdminLists, signal: AbortSignal): Promise<void> {
  const onHealth = (health: HealthAnswer): void => {
    if (!signal.aborted) shown.health(health);
  };
  const answers = await readAnswers({ key, signal, onHealth, admin });
  if (signal.aborted) return;
  shown.all(view(answers, Date.now()));
  say('');
  updated.textContent = `Updated ${new Date().toLocaleTimeString()}`;
}

function onTrouble(trouble: Trouble, nextS: number): void {
  if (trouble.status === 401) {
    forgetKey(places);
    ask(trouble.message);
    return;
  }
  say(`${trouble.message} What stands below may be old. Trying again every ${nextS} s.`);
}

function start(key: string): void {
  form.hidden = true;
  forget.hidden = false;
  boardElement.hidden = false;
  say('');
  const admin = adminLists();
  refresher = startRefresher({ refresh: (signal) => refresh(key, admin, signal), onTrouble });
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const key = input.value.trim();
  if (!looksLikeKey(key)) {
    say('That is not a key: a key has no spaces and no special letters.');
    return;
  }
  keepKey(places, key, remember.checked);
  input.value = '';
  start(key);
});

forget.addEventListener('click', () => {
  forgetKey(places);
  ask('');
});

const kept = readKey(places);
if (kept === null) ask('');
else start(kept);
