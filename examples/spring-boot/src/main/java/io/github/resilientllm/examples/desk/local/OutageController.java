package io.github.resilientllm.examples.desk.local;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Profile;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The switch for outages. */
@RestController
@RequestMapping("/api/outage")
@Profile("local")
class OutageController {
  private final Vendors vendors;

  OutageController(Vendors vendors) {
    this.vendors = vendors;
  }

  /** What each vendor has. */
  @GetMapping
  Map<String, Trouble> troubles() {
    Map<String, Trouble> troubles = new LinkedHashMap<>();
    vendors.switches().forEach((name, vendor) -> troubles.put(name, vendor.trouble()));
    return troubles;
  }

  /** Starts an outage, or another one. */
  @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  Map<String, Trouble> start(@RequestBody Outage outage) {
    if (outage.trouble() == null
        || outage.vendors() == null
        || !vendors.switches().keySet().containsAll(outage.vendors())) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "An outage has a trouble, and vendors of " + Vendors.NAMES);
    }
    vendors
        .switches()
        .forEach(
            (name, vendor) ->
                vendor.trouble(outage.vendors().contains(name) ? outage.trouble() : Trouble.NONE));
    return troubles();
  }

  /** Ends it. */
  @DeleteMapping
  Map<String, Trouble> end() {
    vendors.switches().values().forEach(vendor -> vendor.trouble(Trouble.NONE));
    return troubles();
  }

  /** What happens to whom; the other vendors are well. */
  record Outage(Trouble trouble, List<String> vendors) {}
}
