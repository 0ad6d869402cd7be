import * as z from 'zod';
import { PlaceName } from './place-name.js';

/** A component that runs as a Deployment in a Kubernetes cluster. */
export const KubernetesRef = z.strictObject({
  type: z.literal('kubernetes'),
  /** Which of the installation's clusters: `prod` is the one whose address stands in `KUBERNETES_API_URL_PROD`. */
  cluster: PlaceName,
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of a namespace')
    .default('default'),
  deployment: z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'the name of a Deployment'),
});
