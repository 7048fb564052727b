terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

variable "template" { type = string }

provider "proxmox" {}

resource "proxmox_virtual_environment_vm" "vm" {
  count     = 25
  name      = "many-${count.index}"
  node_name = "pve1"
  vm_id     = 5000 + count.index
  started   = false

  disk {
    datastore_id = "local-lvm"
    interface    = "scsi0"
    size         = 1
  }
}

resource "proxmox_virtual_environment_container" "container" {
  count        = 25
  node_name    = "pve1"
  vm_id        = 5100 + count.index
  unprivileged = true
  started      = false

  initialization {
    hostname = "many-${count.index}"
  }
  disk {
    datastore_id = "local-lvm"
    size         = 1
  }
  operating_system {
    template_file_id = var.template
    type             = "debian"
  }
}
