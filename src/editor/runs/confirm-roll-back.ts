import { type Journal, lostByRollBack } from '../../changes/index.ts';
import { showWarningMessage } from '../notices/index.ts';
import { labelText, visible } from '../text/index.ts';

/** Asks before an undo that loses something for good: “Undo” stays on offer long after. @returns whether it is to be done */
export async function confirmsRollBack(journal: Journal): Promise<boolean> {
  const losses = lostByRollBack(journal);
  if (losses.length === 0) return true;
  const detail = losses.map((loss) => visible(loss, 300)).join('\n');
  return (await showWarningMessage(`Undo “${labelText(journal.proposal.summary)}”?`, { modal: true, detail }, 'Undo')) === 'Undo';
}
