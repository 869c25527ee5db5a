package io.github.resilientllm.test;

import io.github.resilientllm.test.vendor.Reply;
import io.github.resilientllm.test.vendor.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a vendor may have, by its name; see {@link Vendor#is(Trouble)}. */
public enum Trouble {
  /** It answers 503 to everything. */
  DOWN("is down (503)") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(words.refusal(503, "overloaded"));
    }
  },
  /** It answers 500 to everything. */
  FAILING("fails (500)") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(words.refusal(500, "server_error"));
    }
  },
  /** It answers 429 to everything. */
  LIMITED("refuses for its rate limit (429)") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(words.refusal(429, "rate_limit_exceeded"));
    }
  },
  /** It answers 429 as to an account without credit, which no retry helps. */
  OUT_OF_QUOTA("refuses for want of credit (429 insufficient_quota)") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(words.refusal(429, "insufficient_quota"));
    }
  },
  /** It accepts the request and never answers. */
  SILENT("accepts requests and never answers") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(new Step.Silence());
    }
  },
  /** It resets the connection before it sends anything. */
  RESETTING("resets connections") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(new Step.Reset());
    }
  },
  /** A proxy in front of it shows a page of HTML, with the status 502. */
  BEHIND_A_BROKEN_PROXY("answers with a page of HTML (502)") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(words.page(502, Map.of(), PAGE));
    }
  },
  /** It answers 200 with a page of HTML, as captive portals do. */
  BEHIND_A_PORTAL("answers with a page of HTML (200)") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(words.page(200, Map.of(), PAGE));
    }
  },
  /** It redirects to another address. */
  REDIRECTING("redirects (302)") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(words.page(302, Map.of("Location", "/elsewhere"), ""));
    }
  },
  /**
   * It shows a certificate for another name; whoever goes on all the same is answered. For vendors
   * that speak TLS, {@link Vendor#startSecure}.
   */
  OF_ANOTHER_NAME("shows a certificate for another name") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(new Step.Words(Integer.MAX_VALUE), new Step.Finish(Step.Finished.STOP, true));
    }
  },
  /** It sends fewer bytes than its Content-Length promises. */
  SHORT_OF_BYTES("sends less than it promised") {
    @Override
    List<Step> steps(Wording words) {
      return List.of(new Step.Other(200, Map.of(), "{\"choices\":[{\"message\":{", 10));
    }
  };

  private static final String PAGE = "<html><body><h1>Bad gateway</h1></body></html>";

  private final String words;

  Trouble(String words) {
    this.words = words;
  }

  /** What it does, after the vendor's name. */
  String words() {
    return words;
  }

  abstract List<Step> steps(Wording words);

  /** How a refusal is put: what a script adds to it. */
  record Wording(Map<String, String> headers) {

    Step refusal(int status, String code) {
      return new Step.Refusal(new Reply.Refusal(status, code, "This is scripted.", 0), headers);
    }

    Step page(int status, Map<String, String> more, String body) {
      Map<String, String> all = new HashMap<>(headers);
      all.put("Content-Type", "text/html");
      all.putAll(more);
      return new Step.Other(status, all, body, 0);
    }
  }
}
