import * as z from 'zod';
import { app } from '../app.js';
import { ComponentConfig, ComponentName } from '../domain/component.js';
import { AppError } from '../errors.js';
import {
  configureComponent,
  forgetComponent,
  pageComponents,
  showComponent,
} from '../flows/components.js';
import { jsonBody } from '../http/body-reader.js';
import { byPath } from '../http/by-path.js';
import { requireComponent } from '../http/identity.js';
import { keyEndpoint } from '../http/key-endpoint.js';
import { pathParts } from '../http/path-id.js';
import { reply } from '../http/reply.js';
import { deps } from './deps.js';

const PREFIX = '/api/components';
const routed = ['name'];

const Query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: ComponentName.optional(),
});

/** The name in the path. @throws {AppError} `invalid` */
function nameOf(url: URL): string {
  const name = ComponentName.safeParse(pathParts(url, PREFIX)[0]);
  if (name.success) return name.data;
  throw new AppError('invalid', 'a name has 1 to 128 characters of A-Z a-z 0-9 . _ : -');
}

const list = keyEndpoint(deps, { scope: 'read', query: Query, routed }, ({ query }) =>
  pageComponents(app(), { after: query.cursor ?? '', limit: query.limit }),
);

const show = keyEndpoint(deps, { scope: 'read', bound: true, routed }, ({ url, identity }) => {
  requireComponent(identity, nameOf(url));
  return showComponent(app(), nameOf(url));
});

/** The list of components, and one. */
export const componentsGet = byPath(deps, PREFIX, { '': list, ':name': show });

const put = keyEndpoint(
  deps,
  { scope: 'admin', routed, body: jsonBody(ComponentConfig) },
  async ({ url, body, identity }) => {
    const { created, component } = await configureComponent(
      app(),
      nameOf(url),
      body,
      identity.name,
    );
    return reply(created ? 201 : 200, component);
  },
);

/** Registers a component, or replaces its configuration. */
export const componentsPut = byPath(deps, PREFIX, { ':name': put });

const remove = keyEndpoint(deps, { scope: 'admin', routed }, ({ url, identity }) =>
  forgetComponent(app(), nameOf(url), identity.name),
);

/** Removes a component; its history stays. */
export const componentsDelete = byPath(deps, PREFIX, { ':name': remove });
