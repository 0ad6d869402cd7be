import { AppError } from '../../errors.js';
import { openVendor, type VendorOptions } from '../vendor.js';
import type { McpServer } from './session.js';

/** What names a server's variables in the environment. */
export interface McpPlaces extends Omit<VendorOptions, 'baseUrl'> {
  /** An address by the name of its environment variable; undefined where it is not set. */
  readonly address: (variable: string) => string | undefined;
}

/** A server that is known without being configured. */
interface KnownServer {
  readonly url: string;
  readonly credential: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The vendors' own servers. Vercel's lets no caller in that is not on its list. */
const KNOWN: Readonly<Record<string, KnownServer>> = {
  render: { url: 'https://mcp.render.com/mcp', credential: 'RENDER_API_KEY', headers: {} },
  github: {
    url: 'https://api.githubcopilot.com/mcp/',
    credential: 'GITHUB_TOKEN',
    // By default it offers nothing of Actions.
    headers: { 'x-mcp-toolsets': 'actions,repos,pull_requests' },
  },
};

/** How long one call may take, milliseconds: tools may do their work before they answer. */
const TIMEOUT_MS = 20_000;

/**
 * Find a server's address and token by its name: `ops` stands in `MCP_URL_OPS` and `MCP_TOKEN_OPS`.
 *
 * A server of the team's own without a token is called without one.
 *
 * @throws {AppError} `invalid` when the installation has no such server; `misconfigured` when its address is
 * neither https nor on this machine, or has a login or a query
 */
export function openMcpServer(places: McpPlaces, name: string): McpServer {
  const variable = (what: string): string => `MCP_${what}_${name.toUpperCase()}`;
  const known = KNOWN[name];
  const url = places.address(variable('URL')) ?? known?.url;
  if (url === undefined) {
    throw new AppError('invalid', `there is no MCP server ${name}: ${variable('URL')} is not set`);
  }
  const options = { timeoutMs: TIMEOUT_MS, ...places, baseUrl: url };
  const own = places.credential(variable('TOKEN')) === undefined ? null : variable('TOKEN');
  return {
    vendor: openVendor(`MCP server ${name}`, options, {
      accept: 'application/json, text/event-stream',
      headers: known?.headers ?? {},
    }),
    path: url.endsWith('/') ? '/' : '',
    credential: own ?? known?.credential ?? null,
  };
}
