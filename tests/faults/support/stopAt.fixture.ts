// Loaded before a command: its process stops itself (SIGSTOP) as soon as it has said a line that VALV_STOP_AT, a regular expression, matches.
const write = process.stdout.write.bind(process.stdout) as (text: string) => boolean; // the commands write texts and nothing more
const line = new RegExp(process.env['VALV_STOP_AT'] ?? '(?!)', 'm');

process.stdout.write = (text: string | Uint8Array): boolean => {
  const isWritten = write(String(text));
  if (line.test(String(text))) process.kill(process.pid, 'SIGSTOP');
  return isWritten;
};
