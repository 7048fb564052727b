import { ApiError } from '../api/errors.ts';
import { string } from '../api/parameters.ts';
import type { Call, Check, Permissions, Route } from '../api/route.ts';
import { ANYBODY, directory } from './directory.ts';

/** What every cluster has without having configured anything. */
const SENDMAIL = { name: 'mail-to-root', 'mailto-user': ['root@pam'], comment: "Send mails to root@pam's email address" };
const MATCHER = { name: 'default-matcher', mode: 'all', target: [SENDMAIL.name], comment: 'Route all notifications to mail-to-root' };
const BUILTIN = { origin: 'builtin' };

const holding = (privilege: string): Check => ['perm', '/mapping/notifications', [privilege]];
const AUDIT: Permissions = { check: holding('Mapping.Audit') };
const SEE: Permissions = { check: ['or', holding('Mapping.Modify'), holding('Mapping.Audit')] };
const USE: Permissions = { check: ['or', holding('Mapping.Modify'), holding('Mapping.Audit'), holding('Mapping.Use')] };

const PATH = '/cluster/notifications';
const list = (path: string, permissions: Permissions, rows: readonly unknown[]): Route => ({ method: 'GET', path: PATH + path, permissions, parameters: {}, run: () => rows });

function one(path: string, kind: string, entries: readonly { readonly name: string }[]): Route {
  return {
    method: 'GET', path: `${PATH}${path}/{name}`, permissions: SEE, parameters: { name: string({ format: 'pve-configid' }) },
    run: ({ parameters }) => {
      const found = entries.find(({ name }) => name === parameters['name']);
      if (found === undefined) throw new ApiError(404, `${kind} '${String(parameters['name'])}' not found`);
      return found;
    },
  };
}

/** What matchers can compare with: kinds of events, jobs the caller may see, and nodes. */
function fieldValues(call: Call): unknown[] {
  const { backupJobs, replicationJobs, nodes } = call.cluster;
  const job = (value: string, comment: string | undefined): unknown => ({ value, field: 'job-id', ...(comment === undefined ? {} : { comment }) });
  return [
    ...['package-updates', 'fencing', 'replication', 'vzdump', 'system-mail'].map((value) => ({ value, field: 'type' })),
    ...(call.may('/', ['Sys.Audit']) ? [...backupJobs].map(([id, options]) => job(id, options.get('comment'))) : []),
    ...[...replicationJobs].filter(([id]) => call.may(`/vms/${id.split('-')[0]}`, ['VM.Audit'])).map(([id, options]) => job(id, options.get('comment'))),
    ...[...nodes.keys()].map((value) => ({ value, field: 'hostname' })),
  ];
}

const ENDPOINTS = ['gotify', 'sendmail', 'smtp', 'webhook'];

/** `/cluster/notifications` with Proxmox's built-in target and matcher (PVE::API2::Cluster::Notifications). */
export const notificationRoutes: readonly Route[] = [
  directory(PATH, 'name', ['endpoints', 'matchers', 'targets', 'matcher-fields', 'matcher-field-values']),
  directory(`${PATH}/endpoints`, 'name', ENDPOINTS, ANYBODY),
  list('/endpoints/gotify', AUDIT, []),
  list('/endpoints/sendmail', SEE, [{ ...SENDMAIL, ...BUILTIN }]),
  list('/endpoints/smtp', SEE, []),
  list('/endpoints/webhook', AUDIT, []),
  ...ENDPOINTS.map((type) => one(`/endpoints/${type}`, 'endpoint', type === 'sendmail' ? [SENDMAIL] : [])),
  list('/matchers', USE, [{ ...MATCHER, ...BUILTIN }]),
  one('/matchers', 'matcher', [MATCHER]),
  list('/targets', USE, [{ name: SENDMAIL.name, type: 'sendmail', comment: SENDMAIL.comment, ...BUILTIN }]),
  list('/matcher-fields', SEE, ['type', 'hostname', 'job-id'].map((name) => ({ name }))),
  { method: 'GET', path: `${PATH}/matcher-field-values`, permissions: SEE, parameters: {}, run: fieldValues },
];
