// Holds the import table of ARCHITECTURE.md. test/imports.test.ts proves that it sees a planted violation.
const error = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    error('no-circular', {}, { circular: true }),
    error(
      'domain-is-pure',
      { path: '^lib/domain/' },
      { pathNot: '^(lib/domain/|lib/errors\\.ts$|node_modules/zod/)' },
      'the domain decides; it does no I/O',
    ),
    error(
      'rooms-are-islands',
      { path: '^lib/(intake|store|platforms|queue)/' },
      {
        path: '^(lib|api|test)/',
        pathNot: '^lib/($1/|domain/|errors\\.ts$)',
      },
    ),
    error(
      'notify-calls-as-platforms-do',
      { path: '^lib/notify/' },
      {
        path: '^(lib|api|test)/',
        pathNot:
          '^lib/(notify/|domain/|platforms/(request|vendor|webhook/signed)\\.ts$|errors\\.ts$)',
      },
      'it sends to vendors by the same bounded request',
    ),
    error(
      'http-knows-no-rooms',
      { path: '^lib/http/' },
      { path: '^(lib|api|test)/', pathNot: '^lib/(http/|domain/|queue/|security/|errors\\.ts$)' },
    ),
    error(
      'security-stands-low',
      { path: '^lib/security/' },
      { path: '^(lib|api|test)/', pathNot: '^lib/(security/|agent/command|errors\\.ts$)' },
    ),
    error(
      'endpoints-join-http-and-flows',
      { path: '^lib/', pathNot: '^lib/(endpoints|local)/' },
      { path: '^lib/endpoints/' },
    ),
    error(
      'endpoints-hold-no-logic',
      { path: '^lib/endpoints/' },
      {
        path: '^(lib|api|test)/',
        pathNot:
          '^lib/(endpoints|http|flows|domain|intake|queue|security|store/rows)|^lib/(app|errors)\\.ts$',
      },
    ),
    error('flows-stay-off-http', { path: '^lib/flows/' }, { path: '^lib/(http|local|dashboard)/' }),
    error(
      'app-and-config-stay-below',
      { path: '^lib/(app|config)\\.ts$' },
      { path: '^(lib/(flows|http|local)/|api/)' },
    ),
    error(
      'only-app-reads-config',
      { path: '^(lib|api)/', pathNot: '^lib/(app\\.ts$|local/)' },
      { path: '^lib/config\\.ts$' },
    ),
    error('api-is-wiring', { path: '^api/' }, { path: '^lib/', pathNot: '^lib/endpoints/' }),
    error(
      'agent-stands-alone',
      { path: '^lib/agent/' },
      { path: '^(lib|api|test)/', pathNot: '^lib/agent/' },
      'it is published by itself',
    ),
    error(
      'agent-is-foreign',
      { path: '^lib/(domain|intake|store|platforms|notify|http)/' },
      { path: '^lib/agent/' },
    ),
    error(
      'lib-never-imports-api',
      { path: '^lib/', pathNot: '^lib/local/' },
      { path: '^(api|test)/' },
    ),
    error(
      'drivers-stay-home',
      { path: '^(lib|api)/', pathNot: '^lib/(app\\.ts$|queue/|store/|local/)' },
      { path: 'node_modules/(@neondatabase|@upstash)' },
    ),
    error(
      'development-stays-local',
      { path: '^(lib|api)/', pathNot: '^lib/local/' },
      { dependencyTypes: ['npm-dev'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
