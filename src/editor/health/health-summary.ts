import type { Health } from '../../inventory/index.ts';
import { errorTitle, labelText, markdownText } from '../text/index.ts';

export interface ConnectionHealth {
  readonly name: string;
  readonly health: Health;
}

/** What the status bar says about the connections. */
export interface HealthSummary {
  /** With `$(icon)`s; names in it are escaped. */
  readonly text: string;
  readonly level: 'plain' | 'warning' | 'error';
  /** Markdown source; names in it are escaped. */
  readonly tooltip: string;
  /** For screen readers. */
  readonly accessible: string;
}

/** The connections' health in a few words: one by its name, several by their number. Undefined when there is none. */
export function summarise(connections: readonly ConnectionHealth[], broken: number): HealthSummary | undefined {
  const [first] = connections;
  if (first === undefined && broken === 0) return undefined;
  const failed = connections.filter(({ health }) => settled(health).state === 'failed').length + broken;
  const unknown = connections.filter(({ health }) => settled(health).state === 'unknown').length;
  const all = connections.length + broken;
  const icon = failed > 0 ? (failed === all ? '$(error)' : '$(warning)') : unknown > 0 ? '$(server-environment)' : '$(pass)';
  const name = all === 1 && first !== undefined ? labelText(first.name, 30) : failed > 0 ? `${failed} of ${all} connections failed` : `${all} connections`;
  const lines = connections.map((connection) => `- **${markdownText(connection.name)}**: ${markdownText(sentence(connection.health), 1000)}`);
  if (broken > 0) lines.push(`- ${broken === 1 ? 'One entry' : `${broken} entries`} of the settings cannot be read`);
  return {
    text: `${icon} ${name}`,
    level: failed === 0 ? 'plain' : failed === all ? 'error' : 'warning',
    tooltip: `Proxmox VE\n\n${lines.join('\n')}`,
    accessible: `Proxmox: ${failed > 0 ? `${failed} of ${all} connections failed` : unknown > 0 ? 'connecting' : all === 1 ? `${first?.name ?? ''} answers` : `all ${all} connections answer`}`,
  };
}

/** One connection's health in a sentence. */
export function sentence(health: Health): string {
  const now = settled(health);
  switch (now.state) {
    case 'ok': return 'answers';
    case 'failed': return `${errorTitle(now.error)}: ${now.error.message}`;
    case 'unknown':
    case 'refreshing':
      return 'not asked yet';
  }
}

export function settled(health: Health): Health {
  return health.state === 'refreshing' ? (health.last ?? { state: 'unknown' }) : health;
}
