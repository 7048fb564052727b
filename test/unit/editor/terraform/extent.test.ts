import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { extentOf } from '../../../../src/editor/terraform/language/extent.ts';

describe('what is done in Terraform files beside other extensions', () => {
  it('is everything, and with another language server what has to do with the cluster', () => {
    assert.equal(extentOf('auto', false), 'all');
    assert.equal(extentOf('auto', true), 'cluster');
  });

  it('is what the user wants, whatever else is there', () => {
    for (const served of [true, false]) assert.deepEqual([extentOf('all', served), extentOf('clusterOnly', served), extentOf('off', served)], ['all', 'cluster', 'none']);
  });
});
