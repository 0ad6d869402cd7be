import { address } from './address.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where each vendor's API stands, unless its variable says otherwise. */
const VENDORS = {
  renderUrl: ['RENDER_API_URL', 'https://api.render.com/v1'],
  vercelUrl: ['VERCEL_API_URL', 'https://api.vercel.com'],
  gitHubUrl: ['GITHUB_API_URL', 'https://api.github.com'],
  flyUrl: ['FLY_API_URL', 'https://api.machines.dev'],
  neonUrl: ['NEON_API_URL', 'https://console.neon.tech/api/v2'],
} as const;

/** The addresses of the vendors' APIs, each https or on this machine. */
export type VendorUrls = Readonly<Record<keyof typeof VENDORS, string>>;

/** Read them. @throws {AppError} `misconfigured`, naming the variable */
export function vendorUrls(env: Environment): VendorUrls {
  const at = (vendor: keyof typeof VENDORS): string => {
    const [variable, usual] = VENDORS[vendor];
    return address(variable, env[variable] || usual);
  };
  return {
    renderUrl: at('renderUrl'),
    vercelUrl: at('vercelUrl'),
    gitHubUrl: at('gitHubUrl'),
    flyUrl: at('flyUrl'),
    neonUrl: at('neonUrl'),
  };
}
