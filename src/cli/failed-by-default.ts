/** The exit code until the command has ended. Imported first: a program that was cut off must not end with 0. */
process.exitCode = 1;
