import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const asked = { selector: 'MemberExpression[property.name=/^show(QuickPick|InputBox)$/]', message: 'Ask by src/editor/questions, so that the question waits while another window has the focus.' };
const told = { selector: 'MemberExpression[property.name=/^(show(Information|Warning|Error)Message|withProgress)$/]', message: 'Tell by src/editor/notices, so that nothing a cluster says becomes a link that runs a command.' };

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'out/', '.cache/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'max-lines': ['error', { max: 400 }],
    },
  },
  {
    files: ['src/editor/**/*.ts'],
    ignores: ['src/editor/questions/**', 'src/editor/notices/**'],
    rules: { 'no-restricted-syntax': ['error', asked, told] },
  },
  { files: ['src/editor/questions/**/*.ts'], rules: { 'no-restricted-syntax': ['error', told] } },
  {
    files: ['src/editor/notices/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', asked] },
  },
  {
    // mocha's `it` returns nothing anybody waits for, and its contexts are bound by `this`.
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'error', '@typescript-eslint/require-await': 'off' },
  },
  {
    // What Playwright hands to the page's own functions is of the DOM, whose types this program leaves out.
    files: ['test/ui/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-return': 'off', '@typescript-eslint/no-unsafe-member-access': 'off', '@typescript-eslint/no-unsafe-call': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '*.js'],
    languageOptions: { globals: Object.fromEntries(['process', 'console', 'fetch', 'URL', 'URLSearchParams', 'setTimeout', 'clearTimeout', 'Buffer', 'require', 'module', 'performance', 'AbortSignal', 'AbortController'].map((name) => [name, 'readonly'])) },
  },
);
