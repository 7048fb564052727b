import type { Message } from '../../../terraform/index.ts';
import { counted, visible } from '../../text/index.ts';

/** What Terraform does while it plans, in words for a progress bar. */
export class PlanProgress {
  #read = 0;
  #changes = 0;

  /** @returns what to show now; undefined when the message tells nothing new */
  take(message: Message): string | undefined {
    if (message.kind !== 'progress') return undefined;
    switch (message.type) {
      case 'refresh_start':
      case 'apply_start':
        return this.#words(`reading ${visible(message.address ?? '', 80)}`);
      case 'refresh_complete':
      case 'apply_complete':
        this.#read++;
        return this.#words();
      case 'planned_change':
        this.#changes++;
        return this.#words();
      default: return undefined;
    }
  }

  #words(now?: string): string {
    return [this.#read > 0 ? `${this.#read.toLocaleString('en-GB')} read` : undefined, this.#changes > 0 ? counted(this.#changes, 'change') : undefined, now].filter((part) => part !== undefined).join(', ');
  }
}
