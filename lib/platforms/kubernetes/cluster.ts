import { AppError } from '../../errors.js';
import { caFetch } from '../ca-fetch.js';
import { type Places, placeVariable } from '../places.js';
import { openVendor, type Vendor } from '../vendor.js';

/** A cluster as it was opened: its limits are kept from one action to the next. */
export interface Cluster {
  readonly vendor: Vendor;
  /** The environment variable that holds the service account's token. */
  readonly credential: string;
}

/**
 * Find a cluster's API server by its name.
 *
 * Its certificate must be of the authority in `KUBERNETES_CA…`, or of a public one where that is not set.
 *
 * @throws {AppError} `refused` when its address is not set, or what should be a certificate is none;
 * `misconfigured` when the address is neither https nor on this machine
 */
export function openCluster(places: Places, name: string | null): Cluster {
  const variable = placeVariable('KUBERNETES_API_URL', name);
  const baseUrl = places.address(variable);
  if (baseUrl === undefined) {
    throw new AppError('refused', `${variable} is not set: nobody can be asked`);
  }
  const ca = authority(places, placeVariable('KUBERNETES_CA', name));
  const title = name === null ? 'Kubernetes' : `Kubernetes ${name}`;
  const options = { ...places, baseUrl, ...(ca === null ? {} : { fetch: caFetch(ca) }) };
  return {
    vendor: openVendor(title, options),
    credential: placeVariable('KUBERNETES_TOKEN', name),
  };
}

/** Certificates in PEM, or its base64, as a kubeconfig holds them. */
function authority({ credential }: Places, variable: string): string | null {
  const held = credential(variable);
  if (held === undefined) return null;
  const plain = held.replaceAll('\\n', '\n');
  const pem = plain.includes('-----BEGIN') ? plain : Buffer.from(held, 'base64').toString();
  if (/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.test(pem)) return pem;
  throw new AppError('refused', `${variable} holds no certificate in PEM, nor its base64`);
}
