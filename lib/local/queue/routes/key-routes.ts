import type { Route } from '../route.js';
import type { SigningKeys } from '../signing-keys.js';

/** Show and rotate the signing keys; showing them is also how clients ask whether we are ready. */
export function keyRoutes(keys: SigningKeys): readonly Route[] {
  return [
    {
      methods: ['GET'],
      pattern: /^\/v2\/keys\/?$/,
      handle: () => ({ status: 200, body: keys.pair() }),
    },
    {
      methods: ['POST'],
      pattern: /^\/v2\/keys\/rotate\/?$/,
      handle: () => ({ status: 200, body: keys.rotate() }),
    },
  ];
}
