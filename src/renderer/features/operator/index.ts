// Who sits at this screen, and how what they ask for is asked of main.
// The name is remembered on this screen alone.
export * from './operator-field.tsx';
export * from './use-asking.ts';
