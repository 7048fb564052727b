import { showErrorMessage } from '../notices/index.ts';
import { type Connection, PveError } from '../../pve/index.ts';
import { labelText } from '../text/index.ts';
import { askTrust, lookAt } from './ask-trust.ts';
import { back } from './quick-steps.ts';
import type { WizardServices } from './wizard.ts';

/** Shows the certificate that an endpoint presents now beside the accepted one, and takes the new one when that is wanted. */
export async function reviewCertificate(connection: Connection, { connections, clusters }: WizardServices): Promise<void> {
  const [endpoint = ''] = connection.endpoints;
  try {
    const details = await lookAt(endpoint);
    if (details === undefined) return;
    const trust = await askTrust({ title: labelText(connection.name, 40), step: 1, totalSteps: 1 }, endpoint, details, connection.trust);
    if (trust === undefined || trust === back) return;
    await connections.save({ ...connection, trust });
    await clusters.refresh([connection.id]);
  } catch (error) {
    if (!(error instanceof PveError)) throw error;
    void showErrorMessage(error.message, ...(error.details.advice === undefined ? [] : [{ title: 'OK', isCloseAffordance: true }]));
  }
}
