/** Loaded before a program (`node --import`): when it ends, tells its parent the peak of its memory in KiB. */
process.on("exit", () => process.send?.(process.resourceUsage().maxRSS));
process.channel?.unref();
