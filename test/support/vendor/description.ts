import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import * as z from 'zod';

const Schema = z.record(z.string(), z.unknown());
const Content = z.object({ 'application/json': z.object({ schema: Schema }) });
const Reference = z.object({ $ref: z.string() });
const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query']),
  required: z.boolean().default(false),
  schema: Schema,
});
const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(z.union([Reference, Parameter])).default([]),
  requestBody: z.object({ required: z.boolean().default(false), content: Content }).optional(),
  responses: z.record(z.string(), z.union([Reference, z.object({ content: Content.optional() })])),
});
const Description = z.object({
  paths: z.record(
    z.string(),
    z.object({
      parameters: z.array(z.union([Reference, Parameter])).default([]),
      get: Operation.optional(),
      post: Operation.optional(),
      put: Operation.optional(),
      patch: Operation.optional(),
      delete: Operation.optional(),
    }),
  ),
  components: z.object({
    parameters: z.record(z.string(), Parameter).default({}),
    responses: z.record(z.string(), z.object({ content: Content.optional() })).default({}),
    schemas: z.record(z.string(), Schema).default({}),
  }),
});

/** A vendor whose trimmed OpenAPI description lies among the fixtures. */
export type DescribedVendor =
  | 'render'
  | 'vercel'
  | 'github'
  | 'webhook'
  | 'fly'
  | 'kubernetes'
  | 'neon';

/** One operation of a vendor's API, ready to judge requests to it and answers from it. */
export interface DescribedOperation {
  readonly id: string;
  readonly method: string;
  /** The path's parameters, or null when the path is another one's. */
  match(pathname: string): Readonly<Record<string, string>> | null;
  /** What is wrong with a query; null when nothing is. */
  queryFault(query: Readonly<Record<string, string>>): string | null;
  /** What is wrong with a body; undefined stands for none. */
  bodyFault(body: unknown): string | null;
  /** What is wrong with an answer; undefined stands for an empty body. */
  answerFault(status: number, body: unknown): string | null;
  /** Every documented status. */
  readonly statuses: readonly number[];
}

/**
 * Make a copy whose references lead to the document called `vendor`, in words of JSON Schema.
 *
 * `oneOf` becomes `anyOf`: the alternatives of a Render service's details overlap (a web service's fit a
 * private service's as well), so that taken literally no web service could be valid. `nullable` becomes an
 * alternative, since ajv knows it only beside a `type`.
 */
function adapted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(adapted);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as { nullable?: unknown };
  const copy = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => {
      if (key === '$ref' && typeof inner === 'string') return [key, `vendor${inner}`];
      return [key === 'oneOf' ? 'anyOf' : key, adapted(inner)];
    }),
  );
  return nullable === true ? { anyOf: [copy, { type: 'null' }] } : copy;
}

function makeAjv(document: object, coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ strict: true, strictTypes: false, coerceTypes, validateSchema: false });
  // Words of OpenAPI that say nothing of validity; any other unknown word is an error.
  ajv.addVocabulary([...Object.keys(document), 'example']);
  ajv.addFormat('uri', { validate: (text: string) => URL.canParse(text) });
  ajv.addFormat('date-time', {
    validate: (text: string) => z.iso.datetime({ offset: true }).safeParse(text).success,
  });
  // GitHub's own: the name of a repository with its owner.
  ajv.addFormat('repo.nwo', /^[^/]+\/[^/]+$/);
  ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger });
  ajv.addSchema(document, 'vendor');
  return ajv;
}

const faultOf = (validate: ValidateFunction, value: unknown): string | null =>
  validate(value) ? null : JSON.stringify(validate.errors?.slice(0, 3));

/** Read the operations of a vendor's trimmed OpenAPI description. */
export function vendorOperations(vendor: DescribedVendor): readonly DescribedOperation[] {
  const file = new URL(`../../fixtures/openapi/${vendor}.json`, import.meta.url);
  const document = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, 'utf8')));
  const copy = Schema.parse(adapted(document));
  const description = Description.parse(copy);
  const strict = makeAjv(copy, false);
  const coercing = makeAjv(copy, true);
  return Object.entries(description.paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      return [describe({ path, method, operation, item, description, strict, coercing })];
    }),
  );
}

interface Parts {
  readonly path: string;
  readonly method: string;
  readonly operation: z.infer<typeof Operation>;
  readonly item: { readonly parameters: z.infer<typeof Operation>['parameters'] };
  readonly description: z.infer<typeof Description>;
  readonly strict: Ajv;
  readonly coercing: Ajv;
}

function describe(parts: Parts): DescribedOperation {
  const { path, method, operation } = parts;
  const pattern = new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  const answers = answerValidators(parts);
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    match(pathname) {
      const found = pattern.exec(pathname);
      return found === null ? null : (found.groups ?? {});
    },
    queryFault: queryFault(parts),
    bodyFault: bodyFault(parts),
    answerFault(status, body) {
      const validate = answers.get(status);
      if (validate === undefined) return `status ${status} is not documented`;
      // Of failures some descriptions tell the status only; their bodies are there all the same.
      if (validate === null) {
        return body === undefined || status >= 400 ? null : 'no body is documented';
      }
      return faultOf(validate, body);
    },
    statuses: [...answers.keys()],
  };
}

const last = (reference: string): string => reference.split('/').at(-1) ?? '';

function queryFault({ operation, item, description, coercing }: Parts) {
  const all = [...item.parameters, ...operation.parameters].map((one) =>
    '$ref' in one ? description.components.parameters[last(one.$ref)] : one,
  );
  const query = all.filter((one) => one !== undefined).filter((one) => one.in === 'query');
  const validate = coercing.compile({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema])),
    required: query.filter(({ required }) => required).map(({ name }) => name),
  });
  return (given: Readonly<Record<string, string>>) => faultOf(validate, { ...given });
}

/** A body may hold what is described and nothing else, which the description itself does not say. */
function bodyFault({ operation, description, strict }: Parts) {
  const body = operation.requestBody;
  if (body === undefined) {
    return (given: unknown) => (given === undefined ? null : 'takes no body');
  }
  const { schema } = body.content['application/json'];
  const { $ref } = schema;
  const named = typeof $ref === 'string' ? description.components.schemas[last($ref)] : schema;
  const closed = z.object({ properties: Schema }).safeParse(named).data;
  const validate = strict.compile({
    allOf: [schema],
    ...(closed === undefined ? {} : { propertyNames: { enum: Object.keys(closed.properties) } }),
  });
  return (given: unknown) =>
    given === undefined && !body.required ? null : faultOf(validate, given);
}

function answerValidators({ operation, description, strict }: Parts) {
  return new Map(
    Object.entries(operation.responses).map(([status, answer]) => {
      const found = '$ref' in answer ? description.components.responses[last(answer.$ref)] : answer;
      const schema = found?.content?.['application/json'].schema;
      return [Number(status), schema === undefined ? null : strict.compile(schema)] as const;
    }),
  );
}
