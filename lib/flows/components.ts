import { type App, settingsOf } from '../app.js';
import type { ComponentConfig } from '../domain/component.js';
import { leaningsOf } from '../domain/provider-name.js';
import { AppError } from '../errors.js';
import { addAudit } from '../store/audit.js';
import { putComponent, removeComponent, takenRef } from '../store/component-config.js';
import {
  type ComponentView,
  countComponents,
  findComponent,
  listComponents,
} from '../store/components.js';
import { readControl } from '../store/control.js';
import { healChecksOf, readHealChecks, type StoredCheck } from '../store/heal-checks.js';

/** A component as the API shows it. */
export function componentJson(component: ComponentView): object {
  return {
    name: component.name,
    platform: component.platform,
    database: component.database,
    mode: component.mode,
    modes: component.modes,
    limits: component.limits,
    scale: component.scale,
    depends_on: component.depends_on,
    standby: component.standby,
    providers: component.providers,
    group: component.group,
    health_url: component.health_url,
    refs: component.refs,
    labels: component.labels,
    agent_present: component.agentPresent,
    created_at: component.createdAt,
    assessment: component.assessment,
    assessed_at: component.assessedAt,
    incident_id: component.incidentId,
  };
}

/** List components by name, with what was found of each; the cursor is the last name. */
export async function pageComponents(
  app: App,
  page: { after: string; limit: number },
): Promise<object> {
  const components = await listComponents(app.sql, page);
  const checks = await healChecksOf(
    app.sql,
    components.map(({ id }) => id),
  );
  const last = components.length === page.limit ? components.at(-1) : undefined;
  return {
    components: components.map((component) => checkedJson(component, checks.get(component.id))),
    next_cursor: last?.name ?? null,
  };
}

/** Show one component. @throws {AppError} `not_found` */
export async function showComponent(app: App, name: string): Promise<object> {
  const component = await findComponent(app.sql, name);
  if (component === null) throw new AppError('not_found', `there is no component ${name}`);
  const [check] = await readHealChecks(app.sql, { component: name });
  return checkedJson(component, check);
}

type Check = Omit<StoredCheck, 'component'>;

function checkedJson(component: ComponentView, check: Check | undefined): object {
  return {
    ...componentJson(component),
    can_be_healed: check === undefined ? null : checkJson(check),
  };
}

/** What was found of a component, as the API shows it. */
export function checkJson({ checkedAt, result }: Check): object {
  return { verdict: result.verdict, checked_at: checkedAt, actions: result.actions };
}

/**
 * Register a component or replace its configuration, logged with who did it.
 *
 * @throws {AppError} `conflict` when a reference belongs to another component, or the cap is reached; `invalid`
 * when a platform cannot do what is configured
 */
export async function configureComponent(
  app: App,
  name: string,
  config: ComponentConfig,
  who: string,
): Promise<{ created: boolean; component: object }> {
  const before = await findComponent(app.sql, name);
  if (before === null) await requireRoom(app);
  const taken = await takenRef(app.sql, name, config.refs);
  if (taken !== null)
    throw new AppError('conflict', `the reference ${taken} is another component's`);
  requireFeeds(app, config.providers);
  await requireStandby(app, name, config.standby);
  for (const place of [config.platform, config.database]) {
    if (place === null || place.type === 'none') continue;
    await app.platforms[place.type].check?.(place, name);
  }
  await app.sql.transaction([
    putComponent(app.sql, name, config),
    addAudit(app.sql, {
      who,
      what: `${before === null ? 'register' : 'configure'} ${name}`,
      why: null,
      detail: { config },
    }),
  ]);
  return { created: before === null, component: await showComponent(app, name) };
}

/** A provider that nothing is known of could only hold everything back. */
function requireFeeds({ statusFeeds }: App, providers: readonly string[]): void {
  for (const { provider } of leaningsOf('none', providers).filter(({ named }) => named)) {
    if (statusFeeds.names.includes(provider)) continue;
    const variable = `STATUS_FEED_${provider.toUpperCase()}`;
    throw new AppError(
      'invalid',
      `providers: no status page of ${provider} is followed (set ${variable})`,
    );
  }
}

/** Traffic cannot be sent to what is not known, or to where it comes from. */
async function requireStandby(app: App, name: string, standby: string | null): Promise<void> {
  if (standby === null) return;
  if (standby === name) throw new AppError('invalid', 'standby: it cannot stand in for itself');
  if ((await findComponent(app.sql, standby)) !== null) return;
  throw new AppError('invalid', `standby: there is no component ${standby}: register it first`);
}

async function requireRoom(app: App): Promise<void> {
  const control = await readControl(app.sql);
  const { maxComponents } = settingsOf(app.baseSettings, control?.settings ?? {});
  if ((await countComponents(app.sql)) >= maxComponents) {
    throw new AppError(
      'conflict',
      `there are ${maxComponents} components already, the most allowed`,
    );
  }
}

/** Remove a component; its history stays. @throws {AppError} `not_found` */
export async function forgetComponent(app: App, name: string, who: string): Promise<void> {
  const removed = await removeComponent(app.sql, name);
  if (!removed) throw new AppError('not_found', `there is no component ${name}`);
  await addAudit(app.sql, { who, what: `remove ${name}`, why: null, detail: {} });
}
