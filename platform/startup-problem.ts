/** Why the platform cannot start, in one plain sentence that says what to do. The caller prints the message only;
 *  `cause` holds what the system said. */
export class StartupProblem extends Error {
  override readonly name = "StartupProblem";
}

/** Turns a failed file operation on `path` into a sentence; other errors come back as they are. */
export function fileProblem(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  const sentence = fileSentence(code, path);
  return sentence === undefined ? error : new StartupProblem(sentence, { cause: error });
}

function fileSentence(code: string, path: string): string | undefined {
  switch (code) {
    case "EACCES":
    case "EPERM":
      return `The folder ${path} is not writable for this user. Give it to this user, or set TRADEPOST_DATA_DIR to another folder.`;
    case "EROFS":
      return `The folder ${path} is on a read-only disk. Set TRADEPOST_DATA_DIR to a folder that can be written.`;
    case "ENOTDIR":
    case "EEXIST":
      return `The path ${path} is not a folder. Remove that file, or set TRADEPOST_DATA_DIR to a folder.`;
    case "ENOENT":
    case "ENAMETOOLONG":
    case "ELOOP":
    case "EINVAL":
      return `The folder ${path} cannot be made. Set TRADEPOST_DATA_DIR to another folder.`;
    case "ENOSPC":
    case "EDQUOT":
      return diskFullSentence(path);
    default:
      return undefined;
  }
}

export function diskFullSentence(path: string): string {
  return `The disk that holds ${path} is full. Free some space (a new shop needs about 200 MB), or set TRADEPOST_DATA_DIR to a folder on another disk.`;
}
