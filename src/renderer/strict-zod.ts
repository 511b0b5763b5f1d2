import { config } from 'zod';

// The page's content security policy forbids making code of strings, and reports even zod's attempt to find that out.
// This has to stand before any schema is made: it is the first import of the entry.
config({ jitless: true });
