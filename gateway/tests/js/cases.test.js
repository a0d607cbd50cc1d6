import test from 'node:test';
import suites from './suites.js';

for (const [suite, cases] of Object.entries(suites)) {
    for (const [name, run] of cases) {
        test(`${suite}: ${name}`, run);
    }
}
