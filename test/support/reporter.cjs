// Mocha's spec reporter, which also leaves the counts where scripts/test.mjs reads them.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    runner.once('end', () => {
      const { passes, failures } = runner.stats;
      writeFileSync(process.env.PROXMOX_WORKBENCH_RESULTS, JSON.stringify({ passed: passes, failed: failures, skipped }));
    });
  }
};
