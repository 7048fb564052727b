import { ApiError } from '../api/errors.ts';
import type { Check, Permissions as Declared } from '../api/route.ts';
import { splitList } from '../api/formats.ts';
import type { RawParameters } from '../api/verify.ts';
import type { Access } from '../state/access.ts';
import { normalizePath, type Permissions } from './permissions.ts';

/** 403 as PVE::Exception::raise_perm_exc words it. */
export function permissionError(what?: string): ApiError {
  return new ApiError(403, what === undefined ? 'Permission check failed' : `Permission check failed (${what})`);
}

/** Who asks for what, and by which rules; everything a check needs. */
interface Question {
  readonly access: Access;
  readonly permissions: Permissions;
  /** `user@realm` or `user@realm!token`. */
  readonly user: string;
  readonly parameters: RawParameters;
}

/** Throws 403 unless the user holds the privileges on the path; the message names the first one missing. */
export function demand(permissions: Permissions, user: string, path: string, privileges: readonly string[], any = false): void {
  if (any) {
    if (!permissions.may(user, path, privileges, true)) throw permissionError(`${path}, ${privileges.join('|')}`);
    return;
  }
  for (const privilege of privileges) {
    if (!permissions.may(user, path, [privilege])) throw permissionError(`${path}, ${privilege}`);
  }
}

/** Throws 403 unless an operation's declared permissions let the user in (PVE::RPCEnvironment::check_api2_permissions). */
export function checkDeclared(declared: Declared | undefined, question: Question): void {
  if (question.user === 'root@pam') return;
  if (declared === undefined) throw permissionError('user != root@pam');
  if ('user' in declared) return;
  run(declared.check, question);
}

function passes(check: Check, question: Question): boolean {
  try {
    run(check, question);
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return false;
    throw error;
  }
}

const text = (value: string | readonly string[] | undefined): string => (typeof value === 'string' ? value : (value?.[0] ?? ''));

function fill(template: string, parameters: RawParameters): string {
  const path = template.replace(/\{([\w-]+)\}/g, (_, name: string) => text(parameters[name]));
  return normalizePath(path) ?? path;
}

function run(check: Check, question: Question): void {
  const [test, ...rest] = check;
  switch (test) {
    case 'and':
      for (const part of rest as unknown as Check[]) run(part, question);
      return;
    case 'or':
      if (!(rest as unknown as Check[]).some((part) => passes(part, question))) throw permissionError();
      return;
    case 'perm':
      return runPerm(rest, question);
    case 'perm-modify':
      return runPermModify(fill(String(rest[0]), question.parameters), question);
    case 'userid-group':
      return runUserGroup(rest, question);
    case 'userid-param':
      return runUserParam(String(rest[0]), question);
    default:
      throw new TypeError(`unknown permission test '${test}'`);
  }
}

/** `['perm', path, privileges, 'any', 1, 'require_param', name]`. */
function optionsOf(words: readonly unknown[]): Map<string, unknown> {
  const options = new Map<string, unknown>();
  for (let i = 0; i + 1 < words.length; i += 2) options.set(String(words[i]), words[i + 1]);
  return options;
}

function runPerm([template, privileges, ...words]: readonly unknown[], { permissions, user, parameters }: Question): void {
  const options = optionsOf(words);
  const required = options.get('require_param');
  if (typeof required === 'string' && parameters[required] === undefined) throw permissionError();
  demand(permissions, user, fill(String(template), parameters), privileges as string[], Boolean(options.get('any')));
}

function runPermModify(path: string, { permissions, user }: Question): void {
  const extra = /^\/storage\/.+$/.test(path) ? ['Datastore.Allocate'] : /^\/vms\/.+$/.test(path) ? ['VM.Allocate'] : /^\/pool\/.+$/.test(path) ? ['Pool.Allocate'] : [];
  demand(permissions, user, path, ['Permissions.Modify', ...extra], true);
}

function runUserGroup([privileges, ...words]: readonly unknown[], { access, permissions, user, parameters }: Question): void {
  const wanted = privileges as string[];
  const userid = text(parameters['userid']);
  const mode = optionsOf(words).get('groups_param');
  const existing = mode !== 'create';
  if (existing && !access.users.has(userid)) throw permissionError();
  if (permissions.may(user, '/access/groups', wanted, true)) return;
  const own = new Set([...access.groups.keys()].filter((group) => permissions.may(user, `/access/groups/${group}`, wanted, true)));
  if (mode !== undefined) {
    const groups = splitList(text(parameters['groups']));
    if (groups.length === 0) throw permissionError(`/access/groups, ${wanted.join('|')}`);
    const refused = groups.find((group) => !own.has(group));
    if (refused !== undefined) throw permissionError(`/access/groups/${refused}, ${wanted.join('|')}`);
  }
  if (existing && ![...own].some((group) => access.groups.get(group)?.users.has(userid))) throw permissionError();
}

function runUserParam(test: string, { access, permissions, user, parameters }: Question): void {
  const userid = text(parameters['userid']);
  if (test === 'self') {
    if (!access.users.has(userid) || user !== userid) throw permissionError();
    return;
  }
  demand(permissions, user, `/access/realm/${userid.slice(userid.lastIndexOf('@') + 1)}`, ['Realm.AllocateUser']);
}
