// Mocha's spec reporter, which also leaves what passed and failed, and in which file, where scripts/test.mjs reads them.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push(test.fullTitle()));
    const [passed, failed] = [[], []];
    const record = (list) => (test) => list.push({ file: test.file, title: test.fullTitle() });
    runner.on('pass', record(passed));
    runner.on('fail', record(failed));
    runner.once('end', () => {
      writeFileSync(process.env.PROXMOX_WORKBENCH_RESULTS, JSON.stringify({ passed, failed, skipped }));
    });
  }
};
