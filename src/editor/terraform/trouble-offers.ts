import { commandIds } from '../ids.ts';
import type { TroubleKind } from './projects/trouble.ts';

/** Something that can be done about an error: a button, and the command behind it. */
export interface Offer {
  readonly title: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** Something to do that is no command. */
export interface Way {
  readonly title: string;
  readonly run: () => Promise<void>;
}

export const openSettings: Offer = { title: 'Open Settings', command: 'workbench.action.openSettings', arguments: ['proxmox.terraform.path'] };
export const howToInstall: Offer = { title: 'How to Install', command: 'vscode.open', arguments: ['https://developer.hashicorp.com/terraform/install'] };
/** @param connection its id; the person is asked for one if undefined */
export const editConnection = (connection: string | undefined): Offer => ({ title: 'Edit Connection…', command: commandIds.editConnection, arguments: [connection] });
export const reviewCertificate = (connection: string | undefined): Offer => ({ title: 'Review Certificate…', command: commandIds.reviewCertificate, arguments: [connection] });
export const reconnect = (connection: string | undefined): Offer => ({ title: 'Reconnect', command: commandIds.reconnect, arguments: [connection] });

/** What can be done about what keeps Terraform from being run. @param about the connection's id, or the folder */
export function offersFor(kind: TroubleKind, about: string | undefined): readonly Offer[] {
  switch (kind) {
    case 'not-trusted': return [{ title: 'Manage Workspace Trust', command: 'workbench.trust.manage' }];
    case 'program-missing':
    case 'program-too-old': return [howToInstall, openSettings];
    case 'not-connected': return [{ title: 'Connect Folder…', command: commandIds.connectTerraformFolder, arguments: [about] }];
    case 'no-secret': return [editConnection(about)];
    case 'certificate': return [reviewCertificate(about)];
  }
}
