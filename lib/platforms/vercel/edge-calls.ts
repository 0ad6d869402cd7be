import * as z from 'zod';
import { AppError } from '../../errors.js';
import { order, requestOrNone } from '../request.js';
import type { Vendor } from '../vendor.js';
import { EdgeItem } from './answers.js';
import { byKnownPath, type KnownEdgePaths, UNKNOWN_PATH } from './edge-paths.js';
import type { MakeCall } from './make-call.js';

/** A change of one item of an Edge Config. */
export type EdgeChange =
  | {
      readonly operation: 'upsert';
      readonly key: string;
      readonly value: unknown;
      readonly description: string;
    }
  | { readonly operation: 'delete'; readonly key: string };

/** The calls by which an Edge Config is read and changed. All throw as `request` does. */
export interface EdgeCalls {
  /** The items of the component's Edge Config; null where it names none. */
  edgeItems(): Promise<readonly EdgeItem[] | null>;
  /** Change items, all or none of them. */
  changeEdgeItems(items: readonly EdgeChange[]): Promise<number>;
}

const Items = z.array(EdgeItem);

/** Make the calls for the Edge Config that a component names, if any; by the path that Vercel knows. */
export function edgeCalls(
  vendor: Vendor,
  edgeConfig: string | undefined,
  { call, known }: { readonly call: MakeCall; readonly known: KnownEdgePaths },
): EdgeCalls {
  return {
    async edgeItems() {
      if (edgeConfig === undefined) return null;
      const read = await byKnownPath({ known, edgeConfig, method: 'GET' }, (path) =>
        requestOrNone(vendor, { ...call('GET', path), answers: UNKNOWN_PATH }, Items),
      );
      return read.data;
    },
    async changeEdgeItems(items) {
      if (edgeConfig === undefined) {
        throw new AppError('refused', 'the component names no Edge Config');
      }
      const change = { later: [409, 412], answers: UNKNOWN_PATH };
      const done = await byKnownPath({ known, edgeConfig, method: 'PATCH' }, async (path) => ({
        status: await order(vendor, { ...call('PATCH', path, { body: { items } }), ...change }),
      }));
      return done.status;
    },
  };
}
