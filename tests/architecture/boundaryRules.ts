/** Who may import whom. The order of the capabilities is the design's; each rule says why it is there. */
import type { IForbiddenRuleType } from 'dependency-cruiser';

/** Tiers of functions/src, outermost first: a module imports its own tier's own folder and the tiers after it. */
export const tiers = [
  ['status', 'backup', 'support'],
  ['privacy'],
  ['billing'],
  ['documents'],
  ['register'],
  ['orgs'],
  ['identity'],
  ['audit'],
  ['platform'],
  ['crypto'],
  ['shared'],
] as const;

const source = '^functions/src/';
/** Browser-safe modules: schemas, types and tables. */
const contracts = `${source}([^/]+/contract|[^/]+/[^/]+/contract|register/fields|platform/jobContract)\\.ts$`;
/** Pure decisions. */
const decisions = `${source}[^/]+/(policy|[a-zA-Z]+Plan)\\.ts$`;

/** All rules, for dependency-cruiser. */
export const boundaryRules: readonly IForbiddenRuleType[] = [
  {
    name: 'no-unknown-module',
    severity: 'error',
    comment: 'an import that cannot be resolved cannot be judged',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-cycles',
    severity: 'error',
    comment: 'modules that need each other are one module',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  ...tiers.flatMap((tier, index) => tier.map((capability) => inwardOnly(capability, index))),
  only('shared-is-pure', `${source}shared/`, [`${source}shared/`, npm('zod')], 'shared imports nothing of ours'),
  only('crypto-has-no-io', `${source}crypto/`, [`${source}(crypto|shared)/`, '^(node:)?(crypto|util)$'], 'keys in, bytes out'),
  only(
    'audit-log-is-browser-safe',
    `${source}crypto/auditLog/`,
    [`${source}(crypto/auditLog|shared)/`],
    'logs are verified in the browser too',
  ),
  only('contracts-are-browser-safe', contracts, [contracts, `${source}shared/`, npm('zod')], 'hosting bundles them'),
  only('decisions-are-pure', decisions, [contracts, `${source}shared/`, decisions, npm('zod')], 'decide purely, then act'),
  only('functions-stand-alone', source, [source, '^node_modules/', '^(node:)?[a-z_/]+$'], 'nothing of infra, tests or hosting ships'),
  {
    name: 'functions-use-what-is-deployed',
    severity: 'error',
    comment: 'a development dependency is not installed in production',
    from: { path: source },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  only(
    'hosting-knows-contracts',
    '^hosting/',
    ['^hosting/', contracts, `${source}(shared|crypto/auditLog)/`, '^node_modules/'],
    'the browser sees what goes over the wire, no more',
  ),
  only(
    'ui-knows-no-app',
    '^hosting/src/ui/',
    ['^hosting/src/ui/', npm('(react|react-dom|react-aria-components|@midas-ds|@react-aria|@internationalized)')],
    'no router, queries, forms or texts in ui',
  ),
  only(
    'infra-needs-no-tests',
    '^infra/',
    ['^infra/', '^functions/', '^tests/data/', '^node_modules/', '^(node:)?[a-z_/]+$'],
    'what runs for others does not depend on tests',
  ),
];

function inwardOnly(capability: string, index: number): IForbiddenRuleType {
  const outward = tiers
    .slice(0, index + 1)
    .flat()
    .filter((other) => other !== capability);
  return {
    name: `${capability}-points-inward`,
    severity: 'error',
    comment: 'imports point one way; contracts may be imported by any capability',
    from: { path: `${source}${capability}/` },
    to: { path: outward.length === 0 ? '^$' : `${source}(${outward.join('|')})/`, pathNot: contracts },
  };
}

function only(name: string, from: string, allowed: readonly string[], comment: string): IForbiddenRuleType {
  return { name, severity: 'error', comment, from: { path: from }, to: { pathNot: [...allowed] } };
}

function npm(name: string): string {
  return `node_modules/${name}(/|$)`;
}
