import * as z from 'zod';
import { Settings } from './domain/settings.js';
import { AppError } from './errors.js';

type Environment = Readonly<Record<string, string | undefined>>;

const number = z.coerce.number();

/** The reference document's variables, and the setting that each of them is. */
const HEAL: Readonly<Record<string, keyof Settings>> = {
  HEAL_LATENCY_THRESH: 'latencyWarnMs',
  HEAL_ERROR_THRESH: 'errorWarnRatio',
  HEAL_DRIFT_THRESH: 'driftRatio',
  HEAL_MEMORY_THRESH: 'memoryWarnPercent',
  HEAL_CPU_THRESH: 'cpuWarnPercent',
  HEAL_SUCCESS_THRESH: 'successRatio',
  HEAL_INTERVAL_SECONDS: 'intervalS',
};

const misconfigured = (message: string): never => {
  throw new AppError('misconfigured', message);
};

/** The settings that the environment states. @throws {AppError} `misconfigured` */
export function readSettings(env: Environment): Settings {
  const stated: Record<string, unknown> = {};
  for (const [variable, name] of Object.entries(HEAL)) {
    const value = env[variable];
    if (!value) continue;
    const parsed = number.safeParse(value);
    if (!parsed.success) misconfigured(`${variable} must be a number`);
    stated[name] = parsed.data;
  }
  const all = { ...stated, ...extraSettings(env['FORESTALL_SETTINGS']) };
  const parsed = Settings.safeParse(all);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? 'FORESTALL_SETTINGS');
  const variable = Object.keys(HEAL).find((one) => HEAL[one] === name) ?? name;
  return misconfigured(`${variable}: ${issue?.message ?? 'not a valid setting'}`);
}

function extraSettings(json: string | undefined): Record<string, unknown> {
  if (!json) return {};
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(json));
  } catch {
    return misconfigured('FORESTALL_SETTINGS must be a JSON object of settings');
  }
}
