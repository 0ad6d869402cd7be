import * as z from 'zod';
import type { App } from '../app.js';
import type { PlatformRef } from '../domain/component.js';
import { comparableMinutes, healthyTimeText } from '../domain/decide/comparable-load.js';
import { standingOf } from '../domain/decide/known-state.js';
import { type KnownSchema, type SchemaFit, schemaFit } from '../domain/decide/schema-changes.js';
import type { Settings } from '../domain/settings.js';
import { sortedKeys } from '../domain/sorted-keys.js';
import type { LedgerState, Variables } from '../platforms/platform.js';
import { fingerprint } from '../security/fingerprint.js';
import { openOrNull, seal } from '../security/seal.js';
import { readKnownStates, selectKnownStates } from '../store/known-states.js';
import { knownSchemas } from './known-schemas.js';
import { loadNow } from './load-now.js';
import { targetName } from './target.js';

const Sealed = z.record(z.string(), z.string());

/** What a configuration is sealed as: a component's opens for no other. */
const purposeOf = (componentId: number): string => `known-state:${componentId}`;

/** Seal a configuration for the ledger, and name it by a fingerprint; nulls where there is none. */
export function sealConfig(
  { secrets }: App,
  componentId: number,
  config: Variables | null,
): { fingerprint: string | null; sealedConfig: string | null } {
  if (config === null) return { fingerprint: null, sealedConfig: null };
  const purpose = purposeOf(componentId);
  return {
    fingerprint: fingerprint(JSON.stringify(sortedKeys(config)), purpose, secrets),
    sealedConfig: seal(JSON.stringify(config), purpose, secrets),
  };
}

/** What known states are judged by. */
export interface Judging extends Pick<Settings, 'provenMinutes' | 'comparableLoadShare'> {
  /** When the trouble was seen, before which load was usual; absent or null is now. */
  readonly before?: Date | null;
  /** The component's database (`databasePlace`); absent or null where it names none. */
  readonly place?: string | null;
  /** Whether its schema was just to be read and could not be: what is known may be outdated. No by default. */
  readonly schemaUnread?: boolean;
}

/**
 * What the ledger knows of a component at a place, newest first, with configurations opened: judged by the load that
 * there was before the trouble, and by the schema in which its database was seen last.
 */
export async function knownStates(
  app: App,
  componentId: number,
  target: PlatformRef,
  judging: Judging,
): Promise<LedgerState[]> {
  const { before = null, place = null, schemaUnread = false } = judging;
  const owner = { componentId, target: targetName(target) };
  const [rows, load, shapes] = await Promise.all([
    selectKnownStates(app.sql, owner),
    loadNow(app, componentId, before, judging),
    place === null ? [] : knownSchemas(app, componentId, place),
  ]);
  const fitOf = fits(shapes, schemaUnread);
  return readKnownStates(rows).map((row) => ({
    deploymentId: row.deploymentId,
    version: row.version,
    instances: row.instances,
    firstSeen: row.firstSeen,
    lastSeen: row.lastSeen,
    healthyMinutes: row.healthyMinutes,
    incidents: row.incidents,
    standing: standingOf({ ...row, comparableMinutes: comparableMinutes(row, load) }, judging),
    evidence: healthyTimeText(row, load),
    schema: place === null ? null : fitOf(row.schemaId),
    config: row.sealedConfig === null ? null : opened(app, componentId, row.sealedConfig),
  }));
}

/** Says of each shape once whether what ran with it fits: there may be thousands of columns, and states share shapes. */
function fits(
  shapes: readonly KnownSchema[],
  isUnread: boolean,
): (ranWith: string | null) => SchemaFit {
  const found = new Map<string | null, SchemaFit>();
  return (ranWith) => {
    const fit = found.get(ranWith) ?? schemaFit(shapes, ranWith, isUnread);
    found.set(ranWith, fit);
    return fit;
  };
}

/** A snapshot whose secret is gone is as good as none. */
function opened({ secrets }: App, componentId: number, sealed: string): Variables | null {
  const text = openOrNull(sealed, purposeOf(componentId), secrets);
  return text === null ? null : Sealed.parse(JSON.parse(text));
}
