import type { Call } from '../request.js';

/** Make a call in the scope of the project's team. */
export type MakeCall = (
  method: Call['method'],
  path: string,
  parts?: Pick<Call, 'query' | 'body'>,
) => Call;
