import fc from 'fast-check';

// The same values in every run, unless others are asked for: see docs/testing.md.
const asked = process.env['PROPERTY_SEED'];
if (asked !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: asked === undefined ? 1 : Number(asked) });
