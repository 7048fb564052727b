// The import rules of docs/architecture.md: rooms in a line, imports one way.
const line = [['base'], ['pve'], ['inventory'], ['changes'], ['terraform', 'manifest', 'diagnostics'], ['assistant'], ['editor', 'cli', 'mcp']];

/** For each room: everything that stands after it in the line, or beside it, is out of reach. */
const oneWay = line.flatMap((rooms, place) =>
  rooms.map((room) => ({
    name: `${room}-imports-one-way`,
    severity: 'error',
    comment: `${room} may import only the rooms before it: ${line.slice(0, place).flat().join(', ') || 'none'}`,
    from: { path: `^src/${room}/` },
    to: { path: `^src/(${line.slice(place).flat().filter((other) => other !== room).join('|') || 'nothing-comes-after'})/` },
  })),
);

export default {
  forbidden: [
    ...oneWay,
    {
      name: 'vscode-only-in-the-editor',
      severity: 'error',
      comment: 'Only src/extension.ts and src/editor/** know VS Code.',
      from: { path: '^src/', pathNot: '^src/(extension\\.ts$|editor/)' },
      to: { path: '^vscode$' },
    },
    {
      name: 'nobody-imports-the-simulator',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/simulator/' },
      to: { path: '^src/simulator/' },
    },
    {
      name: 'simulator-stands-alone',
      severity: 'error',
      comment: 'The simulator imports base, the guest-config codec and types of the wire, nothing else of the house.',
      from: { path: '^src/simulator/' },
      to: { path: '^src/', pathNot: '^src/(simulator/|base/|pve/config/|pve/wire/)' },
    },
    {
      name: 'simulator-takes-only-types-of-the-wire',
      severity: 'error',
      from: { path: '^src/simulator/' },
      to: { path: '^src/pve/wire/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'through-the-door',
      severity: 'error',
      comment: "A room's index.ts is its door; pve/config, pve/wire, changes/create and terraform/language have doors of their own.",
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/(base|pve|inventory|changes|terraform|manifest|diagnostics|assistant|privacy)/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', '^src/pve/(config|config/language|wire)/index\\.ts$', '^src/changes/create/index\\.ts$', '^src/terraform/language/index\\.ts$'] },
    },
    {
      name: 'root-through-the-door',
      severity: 'error',
      from: { path: '^src/extension\\.ts$' },
      to: { path: '^src/(base|pve|inventory)/', pathNot: ['^src/[^/]+/index\\.ts$'] },
    },
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    { name: 'no-lost-imports', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    builtInModules: { add: ['vscode'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
