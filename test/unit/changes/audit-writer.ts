// Appends entries to an audit log, as another window would: audit-writer.ts <folder> <count>
import { AuditLog } from '../../../src/changes/audit/index.ts';
import { silentLogger, systemClock } from '../../../src/base/index.ts';

const [folder = '', count = '0'] = process.argv.slice(2);
const log = new AuditLog({ folder, clock: systemClock, logger: silentLogger });
for (let i = 0; i < Number(count); i++) {
  await log.append({ event: 'ended', user: 'root@pam', connection: 'home', proposal: 'b1a7e1d0-1f4c-4c39-9d3f-0c2b7f1d2e3a', state: `${process.pid}/${i}` });
}
