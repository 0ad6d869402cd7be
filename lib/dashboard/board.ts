import type { HealthAnswer } from './answers.js';
import { type Fact, installationView } from './installation-view.js';
import { renderCauses, renderFacts, renderIncidents } from './render.js';
import { renderFreezes, renderRules } from './render-admin.js';
import { renderComponents } from './render-components.js';
import type { View } from './view.js';

/** The element that the page's own markup holds under an id. @throws {Error} when it holds none */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`index.html has no ${type.name} #${id}`);
}

/** What the page shows once there is a key. */
export interface Board {
  /** Show the installation's facts alone, when the rest is not known yet. */
  health(health: HealthAnswer): void;
  all(view: View): void;
  clear(): void;
}

/**
 * Make the board. What has not changed is not drawn again, so that a selection, the place of a
 * screen reader and the scroll position outlive a refresh.
 */
export function board(): Board {
  const drawn = new Map<string, string>();
  const draw = <T>(id: string, data: T, render: (data: T) => Node[]): void => {
    const key = JSON.stringify(data);
    if (drawn.get(id) === key) return;
    drawn.set(id, key);
    byId(id, HTMLElement).replaceChildren(...render(data));
  };
  const facts = (data: readonly Fact[]): void => draw('installation', data, renderFacts);
  return {
    health: (health) => facts(installationView(health)),
    all: (view) => {
      draw('status', view.summary, (summary) => [document.createTextNode(summary)]);
      facts(view.facts);
      draw('incidents', view.incidents, renderIncidents);
      draw('causes', view.causes, renderCauses);
      draw('components', view.components, renderComponents);
      draw('freezes', view.freezes, renderFreezes);
      draw('rules', view.rules, renderRules);
    },
    clear: () => {
      for (const id of drawn.keys()) byId(id, HTMLElement).replaceChildren();
      drawn.clear();
    },
  };
}
