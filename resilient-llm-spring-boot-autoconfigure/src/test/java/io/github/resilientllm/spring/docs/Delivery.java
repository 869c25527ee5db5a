package io.github.resilientllm.spring.docs;

/** What a mail says of a parcel. */
record Delivery(String number, String city) {}
