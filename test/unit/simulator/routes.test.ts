import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { Tickets } from '../../../src/simulator/access/index.ts';
import type { Route } from '../../../src/simulator/api/route.ts';
import { Consoles } from '../../../src/simulator/console/index.ts';
import { allRoutes } from '../../../src/simulator/routes.ts';
import { systemClock } from '../../../src/base/index.ts';
import { loadPveSchema, schemaAbsent } from '../../support/pve-schema.ts';

interface Declared {
  readonly type?: string;
  readonly optional?: number;
  /** Null where Proxmox's own source names a list that is not there. */
  readonly enum?: readonly string[] | null;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** Indexed families stand in the schema as `net[n]`, spelled out in our own tables the same way. */
function differences(route: Route): string[] {
  const operation = loadPveSchema().operation(route.method, route.path);
  if (operation === undefined) return ['is not in the schema'];
  const schema = (operation.parameters as { properties?: Record<string, Declared> }).properties ?? {};
  const found: string[] = [];
  for (const [name, ours] of Object.entries(route.parameters)) {
    const theirs = schema[name];
    if (theirs === undefined) {
      found.push(`takes '${name}', which Proxmox does not`);
      continue;
    }
    if ((theirs.optional === 1) !== (ours.optional === true)) found.push(`'${name}' is ${theirs.optional === 1 ? 'optional' : 'required'} in Proxmox`);
    if (theirs.type !== undefined && theirs.type !== ours.type) found.push(`'${name}' is a ${theirs.type} in Proxmox, not a ${ours.type}`);
    for (const rule of ['minimum', 'maximum', 'maxLength'] as const) {
      if (theirs[rule] !== undefined && Number(theirs[rule]) !== ours[rule]) found.push(`'${name}' has ${rule} ${theirs[rule]} in Proxmox, not ${String(ours[rule])}`);
    }
    if (theirs.enum && theirs.enum.join() !== (ours.enum ?? []).join()) found.push(`'${name}' is one of ${theirs.enum.join(', ')} in Proxmox`);
  }
  if (route.additional === undefined) {
    for (const name of Object.keys(schema)) if (!(name in route.parameters)) found.push(`does not take '${name}'`);
  }
  const permissions = JSON.stringify(operation.permissions ?? null);
  const ours = JSON.stringify(route.permissions ?? null);
  if (normal(permissions) !== normal(ours)) found.push(`asks for ${ours}, Proxmox for ${permissions}`);
  return found;
}

const normal = (permissions: string): string => permissions.replaceAll('"1"', '1');

describe('operations', () => {
  const routes = allRoutes(new Tickets(systemClock), new Consoles(systemClock));

  it('are declared once each', () => {
    const names = routes.map((route) => `${route.method} ${route.path}`);
    assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
  });

  it('take the parameters and ask for the privileges that the API schema documents', function () {
    if (schemaAbsent !== undefined) {
      console.log(`      ${schemaAbsent}`);
      return;
    }
    // The schema begins below the root, whose index the API serves all the same.
    const problems = routes.filter((route) => route.path !== '/').flatMap((route) => differences(route).map((problem) => `${route.method} ${route.path} ${problem}`));
    assert.deepEqual(problems, []);
  });
});
