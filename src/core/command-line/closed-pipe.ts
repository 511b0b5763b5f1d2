/** What is written to and may lose its reader. */
type Outlet = Pick<NodeJS.WritableStream, 'on'>;

/**
 * A reader that has had enough (`… | head`) is no fault of the program: what is left is written to nobody, and the program
 * goes on to its end and its own exit code. Any other error of its output is thrown as before.
 */
export function outliveReaders(outlets: readonly Outlet[] = [process.stdout, process.stderr]): void {
  for (const outlet of outlets)
    outlet.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}
