import { randomUuid } from '../state/random.ts';
import type { Cluster } from '../state/cluster.ts';

/** Who may log in to the demo: what a client needs to do so. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** `user@realm!name` */
  readonly tokenId: string;
  readonly tokenSecret: string;
}

/** The TOTP secret of the demo's user with a second factor, and everybody's password: this is a simulator, and nothing real is behind it. */
export const DEMO_TOTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** Users, groups, roles and ACLs as a small team has them. */
export function addPeople(cluster: Cluster): Credentials {
  const { access } = cluster;
  const password = randomUuid(cluster).slice(0, 13);
  const now = Math.floor(cluster.clock.now() / 1000);
  const secret = randomUuid(cluster);
  const root = access.users.get('root@pam');
  if (root === undefined) throw new Error('the cluster has no root@pam');
  root.password = password;
  root.email = 'root@demo.example';
  root.tokens.set('workbench', { name: 'workbench', secret, privsep: false, expire: 0, comment: 'Proxmox Workbench' });
  const user = (userid: string, firstname: string, lastname: string, comment?: string): void => {
    access.users.set(userid, { userid, enable: true, expire: 0, firstname, lastname, email: `${userid.split('@')[0]}@demo.example`, password, tokens: new Map(), ...(comment === undefined ? {} : { comment }) });
  };
  user('alice@pve', 'Alice', 'Ahlers', 'Platform team');
  user('bob@pve', 'Bob', 'Brandt', 'Web team');
  user('carol@pve', 'Carol', 'Conti', 'Auditor');
  user('ci@pve', 'CI', 'System');
  access.users.get('alice@pve')!.totp = { id: randomUuid(cluster), secret: DEMO_TOTP_SECRET, description: 'Phone', created: now - 90 * 86_400 };
  access.users.get('ci@pve')!.tokens.set('deploy', { name: 'deploy', secret: randomUuid(cluster), privsep: true, expire: now + 300 * 86_400, comment: 'Deployment pipeline' });
  access.users.set('mallory@pve', { userid: 'mallory@pve', enable: false, expire: 0, comment: 'Left the company', password, tokens: new Map() });
  access.groups.set('admins', { comment: 'Cluster administrators', users: new Set(['alice@pve']) });
  access.groups.set('developers', { comment: 'Web team', users: new Set(['bob@pve', 'ci@pve']) });
  access.roles.set('Operator', new Set(['VM.Audit', 'VM.PowerMgmt', 'VM.Console', 'VM.Snapshot']));
  access.acl.push(
    { path: '/', type: 'group', ugid: 'admins', role: 'PVEAdmin', propagate: true },
    { path: '/', type: 'user', ugid: 'carol@pve', role: 'PVEAuditor', propagate: true },
    { path: '/pool/staging', type: 'group', ugid: 'developers', role: 'PVEVMAdmin', propagate: true },
    { path: '/pool/production', type: 'group', ugid: 'developers', role: 'Operator', propagate: true },
    { path: '/storage/nas', type: 'group', ugid: 'developers', role: 'PVEDatastoreUser', propagate: true },
    { path: '/pool/staging', type: 'token', ugid: 'ci@pve!deploy', role: 'PVEVMUser', propagate: true },
  );
  return { user: 'root@pam', password, tokenId: 'root@pam!workbench', tokenSecret: secret };
}
