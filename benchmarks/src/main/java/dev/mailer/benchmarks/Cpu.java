// SPDX-License-Identifier: Apache-2.0
package dev.mailer.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** CPU seconds: of the machine, of this process, of a process with its children. Linux only. */
final class Cpu {
    /** USER_HZ, which is 100 on every platform that Debian has. */
    private static final double TICKS = 100;

    private static final OperatingSystemMXBean SELF =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Cpu() {}

    /** All the machine was busy with: user, nice, system, interrupts. */
    static double machine() {
        String[] f = read(Path.of("/proc/stat")).lines().findFirst().orElse("").split(" +");
        return (Long.parseLong(f[1])
                        + Long.parseLong(f[2])
                        + Long.parseLong(f[3])
                        + Long.parseLong(f[6])
                        + Long.parseLong(f[7]))
                / TICKS;
    }

    static double self() {
        return SELF.getProcessCpuTime() / 1e9;
    }

    /** What this process has spent on compiling its code. */
    static double compiler() {
        return ManagementFactory.getCompilationMXBean().getTotalCompilationTime() / 1e3;
    }

    /** This process and these others, each with its children, those that ended included. */
    static double trees(long... others) {
        return LongStream.concat(LongStream.of(ProcessHandle.current().pid()), LongStream.of(others))
                .mapToDouble(Cpu::tree)
                .sum();
    }

    static String load() {
        return read(Path.of("/proc/loadavg")).strip();
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static double tree(long pid) {
        return ProcessHandle.of(pid)
                .map(p -> LongStream.concat(LongStream.of(pid), p.descendants().mapToLong(ProcessHandle::pid))
                        .mapToDouble(Cpu::one)
                        .sum())
                .orElse(0.0);
    }

    private static double one(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            List<String> f = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            return (Long.parseLong(f.get(11))
                            + Long.parseLong(f.get(12))
                            + Long.parseLong(f.get(13))
                            + Long.parseLong(f.get(14)))
                    / TICKS;
        } catch (IOException e) {
            return 0;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
