// SPDX-License-Identifier: Apache-2.0
package dev.mailer.smtp;

/** Takes the octets of a mail's content on their way to the wire. */
interface OctetSink {
    void put(byte octet) throws WireException;

    void put(byte[] from, int offset, int count) throws WireException;

    /**
     * Asked after each block: fails when the server has said something that ends the transfer.
     *
     * @return true when it has answered amid the content, and the answer is still to be read
     */
    boolean isAnswered() throws WireException;
}
