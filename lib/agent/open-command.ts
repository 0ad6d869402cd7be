import { type KeyObject, verify } from 'node:crypto';
import { CommandEnvelope, CommandPayload } from './command.js';

/** Who an agent is: one boot of one instance of one component. */
export interface Identity {
  readonly component: string;
  readonly instance: string;
  readonly bootId: string;
}

/** Why a command was not carried out. */
export type CommandRefusal =
  /** The agent was started without a `commandKey`. */
  | 'no_command_key'
  /** Not an envelope at all. */
  | 'malformed'
  /** Not signed by the installation. */
  | 'forged'
  /** Signed, but not a command that this version understands. */
  | 'unreadable'
  /** For another component, instance or boot. */
  | 'foreign'
  /** Carried out, or under way, already. */
  | 'repeated'
  /** Expired, or from the future. */
  | 'stale';

/** A command that may be carried out, or why it may not. */
export type OpenedCommand =
  | { readonly kind: 'accepted'; readonly command: CommandPayload }
  | {
      readonly kind: 'refused';
      readonly reason: CommandRefusal;
      /** The command, where its signature was good. */
      readonly command: CommandPayload | null;
    };

/** What a command is held against. */
export interface CommandChecks {
  readonly identity: Identity;
  /** The installation's keys, several during a rotation; none refuses every command. */
  readonly keys: readonly KeyObject[];
  readonly nowMs: number;
  /** Whether a command of this id was accepted before. */
  isKnown(id: string): boolean;
}

/** Difference between the two clocks that is put up with. */
const SKEW_MS = 5000;

/**
 * Check a command from an answer: signature first, then shape, addressee, repetition, age.
 *
 * Repetition comes before age, so that a late copy of a command under way is never taken for one that
 * was missed.
 */
export function openCommand(envelope: unknown, checks: CommandChecks): OpenedCommand {
  if (checks.keys.length === 0) return refused('no_command_key');
  const read = CommandEnvelope.safeParse(envelope);
  if (!read.success) return refused('malformed');
  const { payload, signature } = read.data;
  const signed = Buffer.from(payload);
  const proof = Buffer.from(signature, 'base64url');
  if (!checks.keys.some((key) => verify(null, signed, key, proof))) return refused('forged');
  const command = CommandPayload.safeParse(parseJson(payload));
  if (!command.success) return refused('unreadable');
  const reason = judge(command.data, checks);
  return reason === null
    ? { kind: 'accepted', command: command.data }
    : refused(reason, command.data);
}

/** Whether a command is too old, or too young, to be carried out. */
export function isStale(command: CommandPayload, nowMs: number): boolean {
  return (
    nowMs > Date.parse(command.expires_at) + SKEW_MS ||
    nowMs < Date.parse(command.issued_at) - SKEW_MS
  );
}

function judge(command: CommandPayload, checks: CommandChecks): CommandRefusal | null {
  const { component, instance, bootId } = checks.identity;
  if (command.component !== component || command.instance !== instance) return 'foreign';
  if (command.boot_id !== bootId) return 'foreign';
  if (checks.isKnown(command.id)) return 'repeated';
  return isStale(command, checks.nowMs) ? 'stale' : null;
}

function refused(reason: CommandRefusal, command: CommandPayload | null = null): OpenedCommand {
  return { kind: 'refused', reason, command };
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
