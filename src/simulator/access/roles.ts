import type { Access } from '../state/access.ts';

interface Group {
  readonly root?: readonly string[];
  readonly admin?: readonly string[];
  readonly user?: readonly string[];
  readonly audit?: readonly string[];
}

/** Privileges by area and by who usually gets them (pve-access-control, `$privgroups`). */
const GROUPS: Readonly<Record<string, Group>> = {
  VM: {
    admin: [
      'VM.Config.Disk', 'VM.Config.CPU', 'VM.Config.Memory', 'VM.Config.Network', 'VM.Config.HWType', 'VM.Config.Options', 'VM.Allocate', 'VM.Clone',
      'VM.GuestAgent.Unrestricted', 'VM.Migrate', 'VM.Replicate', 'VM.Snapshot', 'VM.Snapshot.Rollback',
    ],
    user: [
      'VM.Config.CDROM', 'VM.Config.Cloudinit', 'VM.Console', 'VM.Backup', 'VM.GuestAgent.FileRead', 'VM.GuestAgent.FileSystemMgmt',
      'VM.GuestAgent.FileWrite', 'VM.PowerMgmt',
    ],
    audit: ['VM.Audit', 'VM.GuestAgent.Audit'],
  },
  Sys: { root: ['Sys.PowerMgmt', 'Sys.Modify', 'Sys.Incoming', 'Sys.AccessNetwork'], admin: ['Sys.Console', 'Sys.Syslog'], audit: ['Sys.Audit'] },
  Datastore: { admin: ['Datastore.Allocate', 'Datastore.AllocateTemplate'], user: ['Datastore.AllocateSpace'], audit: ['Datastore.Audit'] },
  SDN: { admin: ['SDN.Allocate', 'SDN.Audit'], user: ['SDN.Use'], audit: ['SDN.Audit'] },
  User: { root: ['Realm.Allocate'], admin: ['User.Modify', 'Group.Allocate', 'Realm.AllocateUser'] },
  Pool: { admin: ['Pool.Allocate'], user: ['Pool.Audit'], audit: ['Pool.Audit'] },
  Mapping: { admin: ['Mapping.Modify'], user: ['Mapping.Use'], audit: ['Mapping.Audit'] },
};

function predefined(): Map<string, ReadonlySet<string>> {
  const roles = new Map<string, Set<string>>();
  const grant = (role: string, privileges: readonly string[] = []): void => {
    const set = roles.get(role) ?? new Set<string>();
    for (const privilege of privileges) set.add(privilege);
    roles.set(role, set);
  };
  grant('NoAccess');
  grant('Administrator', ['Permissions.Modify']);
  for (const [area, { root = [], admin = [], user = [], audit = [] }] of Object.entries(GROUPS)) {
    grant('Administrator', [...root, ...admin, ...user, ...audit]);
    grant(`PVE${area}Admin`, [...admin, ...user, ...audit]);
    grant('PVEAdmin', [...admin, ...user, ...audit]);
    if (user.length > 0) grant(`PVE${area}User`, [...user, ...audit]);
    grant('PVEAuditor', audit);
  }
  // Only administrators and those who were told to may map hardware.
  roles.get('PVEAdmin')?.delete('Mapping.Modify');
  grant('PVETemplateUser', ['VM.Clone', 'VM.Audit']);
  return roles;
}

/** The roles that every cluster has; they cannot be changed. */
export const PREDEFINED_ROLES: ReadonlyMap<string, ReadonlySet<string>> = predefined();

/** Every privilege there is, by name. */
export const PRIVILEGES: readonly string[] = [...(PREDEFINED_ROLES.get('Administrator') ?? [])].sort();

/** The privileges of a role, predefined or made by the user; undefined when there is no such role. */
export function privilegesOf(access: Access, role: string): ReadonlySet<string> | undefined {
  return PREDEFINED_ROLES.get(role) ?? access.roles.get(role);
}
